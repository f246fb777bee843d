"""The tables are what the servers say, and find commands as the servers do."""

import random
import re
import subprocess
import sys
from pathlib import Path

import pytest

from cdk_elasticache.errors import ValidationError
from cdk_elasticache.model.commands import table
from cdk_elasticache.model.engines import CacheEngine
from scripts.command_tables import TABLES, Server, ServerError, render

ROOT = Path(__file__).parents[3]
ENGINES = ("valkey_9", "valkey_8", "valkey_7", "redis_7")


def test_a_table_is_what_the_script_writes_today(engine: str, engine_server: Server) -> None:
    known = table(engine)
    if engine != "valkey_9" and engine_server.version != known.version:
        pytest.skip(f"the table is of {known.version}, the server is {engine_server.version}")

    assert render(engine_server, known.date) == (TABLES / f"{engine}.py").read_text()


def test_the_script_prints_the_newest_table_but_for_the_date() -> None:
    script = [sys.executable, "scripts/command_tables.py", "valkey_9", "--output", "-"]
    printed = subprocess.check_output(script, cwd=ROOT, text=True)
    assert re.sub(r'DATE = ".*"', f'DATE = "{table().date}"', printed) == (TABLES / "valkey_9.py").read_text()


def test_the_categories_are_those_of_acl_cat(engine: str, engine_server: Server) -> None:
    client = engine_server.connect()
    told = {
        name.decode(): {member.decode() for member in client("ACL", "CAT", name)}
        for name in client("ACL", "CAT")
    }
    client.close()

    known = table(engine)
    plain = {name for name, command in known.commands.items() if not command.module}
    assert {name: members & plain for name, members in known.categories.items() if name in told} == told
    assert known.categories.keys() - told.keys() == {
        command.module for command in known.commands.values() if command.module
    }


def test_a_command_is_found_where_the_server_finds_it(engine: str, engine_server: Server) -> None:
    known, pick = table(engine), random.Random(6)
    plain = [name for name, command in known.commands.items() if not command.module]
    parts = sorted({part for name in plain for part in name.split("|")} | {"", "nosuch", "config|get"})
    asked = [[part.encode() for part in name.split("|")] + [b"x"] for name in plain]
    asked += [[pick.choice(parts).encode(), pick.choice(parts).upper().encode()] for _ in range(5_000)]

    client = engine_server.connect()
    replies = client.pipeline([("COMMAND", "GETKEYS", *words) for words in asked])
    client.close()
    unknown = [isinstance(reply, ServerError) and "Invalid command" in str(reply) for reply in replies]
    assert [(words, known.find(words) is None) for words in asked] == [*zip(asked, unknown, strict=True)]


def found(*words: bytes) -> str | None:
    """The name of the command that is found."""
    command = table().find(words)
    return command.name if command else None


def test_find_takes_any_case_a_subcommand_or_a_container_alone() -> None:
    assert found(b"GeT", b"k") == "get"
    assert found(b"CONFIG", b"Get", b"*") == "config|get"
    assert found(b"config") == "config"
    assert found(b"config", b"nosuch") is None
    assert found(b"config|get") is None
    assert found(b"\xff") is None
    assert found() is None


@pytest.mark.parametrize(
    ("asked", "engine"),
    [
        ("valkey", "valkey_9"),
        ("redis", "redis_7"),
        ("valkey_8", "valkey_8"),
        (CacheEngine.VALKEY_LATEST, "valkey_9"),
        (CacheEngine.VALKEY_7, "valkey_7"),
        (CacheEngine.REDIS_7, "redis_7"),
    ],
)
def test_an_engine_is_a_value_or_its_text_and_the_newest_without_a_version(
    asked: CacheEngine | str, engine: str
) -> None:
    assert table(asked).engine == engine


def test_without_an_engine_it_is_the_newest_valkey_and_read_once() -> None:
    assert table() is table("valkey_9")


@pytest.mark.parametrize("engine", [CacheEngine.MEMCACHED_1_6, "memcached", "valkey_10", "nosuch", ""])
def test_an_engine_without_a_table_is_refused(engine: CacheEngine | str) -> None:
    with pytest.raises(ValidationError) as caught:
        table(engine)
    assert (caught.value.code, caught.value.parameter, caught.value.value) == (
        "UnknownEngine",
        "engine",
        engine,
    )
    assert caught.value.message == (
        f"engine must be one of valkey, valkey_9, valkey_8, valkey_7, redis, redis_7, got {engine}"
    )


@pytest.mark.parametrize("engine", ENGINES)
def test_a_table_says_which_server_was_asked_and_when(engine: str) -> None:
    known = table(engine)
    assert known.server == {"valkey": "Valkey", "redis": "Redis OSS"}[engine.partition("_")[0]]
    assert re.fullmatch(rf"{engine[-1]}\.\d+\.\d+", known.version)
    assert re.fullmatch(r"20\d\d-\d\d-\d\d", known.date)


def test_a_command_is_its_row_of_the_table() -> None:
    command = table("valkey_9").commands["cluster|countkeysinslot"]
    assert (command.name, command.parent, command.group, command.module) == (
        "cluster|countkeysinslot",
        "cluster",
        "cluster",
        "",
    )
    assert (command.arity, command.flags, command.categories) == (
        3,
        frozenset({"stale"}),
        frozenset({"slow"}),
    )


def test_a_command_cannot_be_changed() -> None:
    with pytest.raises(AttributeError, match="Command is frozen: arity cannot be set"):
        table().commands["get"].arity = 3


def test_a_table_cannot_lose_a_command() -> None:
    with pytest.raises(TypeError):
        del table().commands["get"]  # type: ignore[attr-defined]


def test_loading_a_table_loads_no_module_that_is_slow_to_import() -> None:
    code = (
        "import sys; before = set(sys.modules); from cdk_elasticache.model import commands; commands.table();"
        "print({'dataclasses', 'typing', 're', 'enum', 'json', 'inspect'} & (set(sys.modules) - before))"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "set()\n"
