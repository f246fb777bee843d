"""What was stopped, killed or pushed from its port is there again, with its data."""

import os
import signal
import socket
from pathlib import Path

import pytest
import redis

from cdk_elasticache import local
from cdk_elasticache.local.control_plane.journal import read
from tests.local.control_plane.conftest import (
    Write,
    assert_gone,
    cache,
    next_texts,
    watched,
)
from tests.local.control_plane.holding import (
    Held,
    children_of,
    command_of,
    connect,
    data_of,
    kill_engine,
)


def test_data_and_ports_are_there_again_after_a_clean_stop(tmp_path: Path, write: Write) -> None:
    source, state = write(Cache=cache("shop")), tmp_path / "kept"
    with local.run(source, state=state) as first, connect(first.caches["Cache"]) as client:
        client.set("key", "value")
    with local.run(source, state=state) as second, connect(second.caches["Cache"]) as client:
        assert client.get("key") == "value"
    assert first.caches["Cache"].port == second.caches["Cache"].port
    assert_gone(state)


def test_a_killed_runtime_takes_its_children_along_and_loses_nothing(tmp_path: Path, write: Write) -> None:
    source, state = write(Cache=cache("shop")), tmp_path / "kept"
    one = Held(state)
    with connect(one.up(source).caches["Cache"]) as client:
        client.set("key", "value")
        os.kill(one.pid, signal.SIGKILL)
        one.stop()
        assert_gone(state)
        with pytest.raises(redis.exceptions.ConnectionError):
            client.ping()
    with local.run(source, state=state) as again, connect(again.caches["Cache"]) as client:
        assert client.get("key") == "value"
    assert_gone(state)


def test_a_server_that_dies_too_often_is_left_alone_until_the_next_up(held: Held, write: Write) -> None:
    source = write(Cache=cache("shop"), Other=cache("other"))
    one = held.up(source).caches["Cache"]
    with connect(one) as client:
        client.set("key", "value")
    folder = data_of(held.folder, "shop")
    with watched(held.folder) as entries:
        for _ in range(4):
            kill_engine(held.pid, folder)
            next_texts(entries, "it serves again")
        kill_engine(held.pid, folder)
        last = next_texts(entries, "left alone")[-1]
    assert last.startswith("the engine died 5 times in a minute and is left alone. ")
    assert [entry["status"] for entry in held.status()["caches"]] == ["available", "modifying"]
    again = held.up(source)
    assert [entry["status"] for entry in again.status["caches"]] == ["available", "available"]
    with connect(again.caches["Cache"]) as client:
        assert client.get("key") == "value"


def test_a_port_that_another_program_took_is_left_to_it_and_said(tmp_path: Path, write: Write) -> None:
    source, state = write(Cache=cache("shop")), tmp_path / "kept"
    with local.run(source, state=state) as first:
        port = first.caches["Cache"].port
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", port))
        other.listen()
        with local.run(source, state=state) as second, connect(second.caches["Cache"]) as client:
            assert client.ping()
    moved = second.caches["Cache"].port
    assert moved != port
    said = f"port {port} or {port + 1} is taken by another program; it answers on {moved} from now on"
    assert said in [entry["text"] for entry in read(state)]


@pytest.mark.parametrize("who", ["valkey-server", "cdk_elasticache.local.data_plane"])
def test_a_killed_server_comes_back_with_its_data(held: Held, write: Write, who: str) -> None:
    one = held.up(write(Cache=cache("shop"))).caches["Cache"]
    with connect(one) as client:
        client.set("key", "value")
    with watched(held.folder) as entries:
        (victim,) = (pid for pid in children_of(held.pid) if who in command_of(pid))
        os.kill(victim, signal.SIGKILL)
        texts = next_texts(entries, "it serves again")
    assert "died; it starts again in 0.1 s" in texts[0]
    with connect(one) as client:
        assert client.get("key") == "value"
    assert held.status()["caches"][0]["status"] == "available"
