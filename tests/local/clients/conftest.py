"""Caches brought up once for all clients, from a template, as a user would."""

import json
from collections.abc import Iterator

import pytest

from cdk_elasticache import local
from tests.local.clients.shop import TEMPLATE


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[local.Local]:
    """All three caches, for the whole session."""
    template = tmp_path_factory.mktemp("clients") / "shop.template.json"
    template.write_text(json.dumps(TEMPLATE))
    with local.run(template) as up:
        yield up


@pytest.fixture
def key(request: pytest.FixtureRequest) -> str:
    """A key of the test's own; the braces keep those made from it in one slot."""
    return f"{{{request.node.name}}}"
