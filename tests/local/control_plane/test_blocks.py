"""``local.run`` in the ways a program may use it, and misuse it."""

import asyncio
import os
import tempfile
import threading
from pathlib import Path
from typing import Any

import pytest

from cdk_elasticache import local
from cdk_elasticache.errors import ValidationError
from cdk_elasticache.local.control_plane import wire
from cdk_elasticache.local.control_plane.faults import LocalError
from cdk_elasticache.local.engines import valkey
from tests.local.control_plane.conftest import Write, assert_gone, cache, group, user


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary folders are made: empty before and after."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.mark.parametrize("after", [0.0, 0.02, 0.1, 0.3, 0.5])
def test_a_task_that_is_cancelled_while_its_block_begins_leaves_nothing(
    write: Write, temporary: Path, after: float
) -> None:
    source = write(A=cache("a"), B=cache("b"))

    async def block() -> None:
        async with local.run(source):
            await asyncio.sleep(3600)

    async def main() -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(block(), after)

    asyncio.run(main())
    assert os.listdir(temporary) == []
    assert_gone(temporary)


def test_a_block_that_raises_ends_what_it_ran_and_raises_the_same(write: Write, temporary: Path) -> None:
    with pytest.raises(ZeroDivisionError), local.run(write(A=cache("a"))):
        1 / 0  # noqa: B018
    assert os.listdir(temporary) == []
    assert_gone(temporary)


def test_blocks_nest_follow_each_other_and_run_in_threads_but_one_is_not_begun_twice(
    write: Write, temporary: Path
) -> None:
    source = write(A=cache("a"))
    again = local.run(source)
    for _ in range(2):
        with again as outer, local.run(source) as inner:
            assert outer.caches["A"].port != inner.caches["A"].port
            with pytest.raises(RuntimeError, match="must not begin inside of itself"):
                again.__enter__()
            with outer.caches["A"].redis() as client:
                assert client.ping()

    answers: list[Any] = []

    def in_a_thread() -> None:
        with local.run(source) as one, one.caches["A"].redis() as client:
            answers.append(client.ping())

    threads = [threading.Thread(target=in_a_thread) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [True, True, True]
    assert os.listdir(temporary) == []


def test_a_temporary_folder_with_a_long_and_odd_path_serves(
    write: Write, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = temporary / 'ein Ördner mit "Zeichen"' / ("x" * 120)
    odd.mkdir(parents=True)
    monkeypatch.setattr(tempfile, "tempdir", str(odd))
    monkeypatch.setenv("TMPDIR", str(odd))
    with local.run(write(A=cache("a"))) as one, one.caches["A"].redis() as client:
        assert client.ping()
        (data,) = (one.folder / "caches").iterdir()
        elsewhere = [wire.socket_path(one.folder).parent, valkey.socket_path(data).parent]
        assert [folder.is_dir() for folder in elsewhere] == [True, True]
    assert os.listdir(odd) == []
    assert [folder.exists() for folder in elsewhere] == [False, False]


@pytest.mark.parametrize(
    ("limits", "rule"),
    [
        ({"a": {"speed": 3}}, "limit must be of storage, ecpu, connections, got 'speed'"),
        ({"a": {"ecpu": 0}}, "limit of ecpu must be a number, at least 1, got 0"),
        ({"a": {"ecpu": True}}, "limit of ecpu must be a number, at least 1, got True"),
        ({"a": {"storage": "64MB"}}, "limit of storage must be a number, at least 1, got '64MB'"),
        ({"a": {"connections": float("nan")}}, "limit of connections must be a number, at least 1, got nan"),
    ],
)
def test_a_limit_that_is_none_is_refused(write: Write, limits: Any, rule: str) -> None:
    with pytest.raises(ValidationError) as caught, local.run(write(A=cache("a")), limits=limits):
        pass
    assert (caught.value.code, caught.value.message) == ("InvalidLimit", rule)


def test_limits_by_two_names_of_a_cache_hold_together(write: Write) -> None:
    limits: dict[str, dict[str, float]] = {"a": {"ecpu": 5000}, "Cache": {"connections": 10}}
    with local.run(write(Cache=cache("a")), limits=limits) as one:
        (entry,) = one.status["caches"]
    assert entry["limits"]["here"] == {"storage": None, "ecpu": 5000, "connections": 10}


def test_who_cannot_sign_in_may_do_nothing(write: Write) -> None:
    source = write(
        On=user("on"),
        Off=user("off", "off ~* +@all"),
        Stranger=user("stranger"),
        Team=group("team", "On", "Off"),
        Cache=cache("shop", of="Team"),
        Open=cache("open"),
    )
    with local.run(source) as running:
        shop, open_to_all = running.caches["Cache"], running.caches["Open"]
        assert shop.verdict("on", "GET", "k") == ""
        assert shop.verdict("off", "GET", "k") == "User off is off: they can't sign in"
        assert shop.verdict("stranger", "GET", "k") == "User stranger isn't in the cache's user group"
        assert shop.verdict("default", "GET", "k") == "User default isn't in the cache's user group"
        assert open_to_all.verdict("default", "GET", "k") == ""
        assert open_to_all.verdict("on", "GET", "k") == "User on isn't there: the cache has no user group"
        with pytest.raises(LocalError, match="command must be one that the engine takes") as caught:
            shop.verdict("on", "GET")
        assert caught.value.code == "WrongCommand"
