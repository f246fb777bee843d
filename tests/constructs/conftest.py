"""One stack and one VPC for every test that only looks at what is refused: each takes an id of its own."""

from itertools import count

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
