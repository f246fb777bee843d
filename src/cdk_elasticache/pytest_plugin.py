"""Fixtures that run what a template declares, and assertions about who may do what.

In a ``conftest.py``::

    from cdk_elasticache.pytest_plugin import clean_cache, elasticache

    shop = elasticache("cdk.out")              # runs once a session
    orders = clean_cache("shop", "Orders")     # the cache, empty before each test

Then in a test::

    def test_the_worker_reads_and_does_not_write(orders):
        assert_allowed(orders, "worker", "GET", "order:1")
        assert_denied(orders, "worker", "SET", "order:1", "x")

Nothing is imported or started until a test takes such a fixture. Ports are any that are free and the state folder
is a temporary one, unless told otherwise, so each worker of pytest-xdist has a runtime of its own.
"""

from collections.abc import Callable, Iterator, Mapping
from os import PathLike
from typing import TYPE_CHECKING, Any, Literal

import pytest

if TYPE_CHECKING:
    from .local import Cache, Local

Scope = Literal["session", "package", "module", "class", "function"]


def elasticache(
    source: str | PathLike[str],
    *,
    scope: Scope = "session",
    state: str | PathLike[str] | None = None,
    limits: Mapping[str, Mapping[str, float]] | None = None,
    parameters: Mapping[str, str] | None = None,
    secrets: Mapping[str, str] | None = None,
    **options: Any,
) -> Callable[..., "Iterator[Local]"]:
    """Make a fixture that runs a source for as long as its scope lasts. It gives what ``local.run`` gives.

    :param source: a template file, a cloud assembly or a folder with a ``cdk.json``.
    :param scope: how long it runs. Default: the session.
    :param state: as the others: see :class:`cdk_elasticache.local.run`.
    """

    @pytest.fixture(scope=scope)
    def running() -> "Iterator[Local]":
        from .local import run  # noqa: PLC0415 (nothing is imported unless asked)

        with run(
            source, state=state, limits=limits, parameters=parameters, secrets=secrets, **options
        ) as local:
            yield local

    return running


def clean_cache(fixture: str, cache: str) -> Callable[..., "Cache"]:
    """Make a fixture that gives a cache with no keys in it, to each test anew.

    :param fixture: name of one that :func:`elasticache` made.
    :param cache: name, ARN, logical id or construct path.
    """

    @pytest.fixture
    def cleaned(request: pytest.FixtureRequest) -> "Cache":
        local: Local = request.getfixturevalue(fixture)
        found = local.cache(cache)
        found.flush()
        return found

    return cleaned


def assert_allowed(cache: "Cache", user: str, *command: str) -> None:
    """Fail unless the running engine lets a user run a command. The command isn't run.

    :param user: any of the user's names.
    :param command: its words, such as ``"GET", "order:1"``.
    """
    __tracebackhide__ = True
    verdict = cache.verdict(user, *command)
    if verdict:
        pytest.fail(f"user {user} must be allowed {' '.join(command)}, but the engine says: {verdict}")


def assert_denied(cache: "Cache", user: str, *command: str) -> None:
    """Fail if the running engine lets a user run a command. The command isn't run.

    :param user: any of the user's names.
    :param command: its words, such as ``"GET", "order:1"``.
    """
    __tracebackhide__ = True
    if not cache.verdict(user, *command):
        pytest.fail(f"user {user} must be denied {' '.join(command)}, but the engine allows it")
