"""One stack and one VPC for every test that only looks at what is refused: each takes an id of its own."""

from itertools import count
from typing import Any

import pytest

from .ground import Ground, new_ground

_ids = (f"Id{number}" for number in count())


@pytest.fixture(scope="session")
def ground() -> Ground:
    return new_ground()


@pytest.fixture
def here() -> str:
    """An id that is free in the ground's stack."""
    return next(_ids)


@pytest.fixture
def alpha() -> Any:
    """The alpha module, for what is compared with it."""
    return pytest.importorskip("aws_cdk.aws_elasticache_alpha", reason="it fits one version of aws-cdk-lib")
