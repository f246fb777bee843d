"""What the alpha module makes of an app, ours makes too, but for the corrections in ``corrections.py``."""

from typing import Any

import pytest

import cdk_elasticache as ours

from .building import built
from .cases import CASES
from .corrections import corrected

alpha: Any = pytest.importorskip("aws_cdk.aws_elasticache_alpha", reason="it fits one version of aws-cdk-lib")


@pytest.mark.parametrize("name", CASES)
def test_ours_renders_what_the_alpha_module_renders(name: str) -> None:
    assert built(name, ours).templates == corrected(built(name, alpha).templates, CASES[name].corrections)


@pytest.mark.parametrize("name", CASES)
def test_ours_warns_where_the_case_says_so_and_nowhere_else(name: str) -> None:
    assert built(name, ours).warnings == tuple(sorted(CASES[name].warns))
