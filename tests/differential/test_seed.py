"""The specification's snippets render with ours what they render with the alpha module."""

from typing import Any

import pytest

import cdk_elasticache as ours

from ..seed import snippets
from .corrections import corrected, dimension

alpha: Any = pytest.importorskip("aws_cdk.aws_elasticache_alpha", reason="it fits one version of aws-cdk-lib")

CORRECTIONS = {"08-metrics-and-alarm": (dimension,)}


@pytest.mark.parametrize("name", snippets.NAMES)
def test_a_snippet_renders_what_the_alpha_module_renders(name: str) -> None:
    with_alpha = corrected(snippets.synthesized(name, alpha).templates, CORRECTIONS.get(name, ()))
    assert snippets.synthesized(name, ours).templates == with_alpha
