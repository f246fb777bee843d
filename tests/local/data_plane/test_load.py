"""Limits, and what many, slow and big clients do: nothing to the others."""

import os
import socket
import time
from contextlib import ExitStack, closing
from pathlib import Path

import redis

from ..conftest import Running, Serve
from .wire import Wire, wire


def resident(pid: int | None) -> int:
    """Memory of a process in bytes."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) * 1024


def test_a_thousand_clients_are_served_at_once(open_cache: Running) -> None:
    with ExitStack() as stack:
        clients = [stack.enter_context(wire(open_cache)) for _ in range(1000)]
        for client in clients:
            client.socket.sendall(b"PING\r\n")
        assert {client.read(7) for client in clients} == {b"+PONG\r\n"}


def test_one_client_too_many_is_told_and_hung_up_on(start: Serve) -> None:
    cache = start(connections=2)
    with wire(cache) as one, wire(cache) as two:
        one.ask(b"PING\r\n", b"+PONG\r\n")
        two.ask(b"PING\r\n", b"+PONG\r\n")
        with wire(cache) as three:
            assert three.read(100) == b"-ERR max number of clients reached\r\n"
        one.ask(b"PING\r\n", b"+PONG\r\n")


def test_connections_that_never_shake_hands_disturb_nobody(open_cache: Running) -> None:
    with ExitStack() as stack:
        for _ in range(200):
            stack.enter_context(closing(socket.create_connection(("127.0.0.1", open_cache.port))))
        with wire(open_cache) as client:
            client.ask(b"PING\r\n", b"+PONG\r\n")


def test_big_values_and_slow_readers_cost_the_gateway_no_memory(start: Serve) -> None:
    cache = start()
    with wire(cache) as client:
        client.ask(b"PING\r\n", b"+PONG\r\n")
        before = resident(cache.gateway.pid)
        size = 100 * 1024 * 1024
        client.socket.sendall(b"*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$%d\r\n" % size)
        for _ in range(100):
            client.socket.sendall(bytes(1024 * 1024))
        client.ask(b"\r\n", b"+OK\r\n")
        with wire(cache) as slow:
            slow.ask(b"STRLEN k\r\n", b":%d\r\n" % size)
            slow.socket.sendall(b"GET k\r\n")  # and reads none of it
            client.ask(b"STRLEN k\r\n", b":%d\r\n" % size)
            client.socket.sendall(b"GET k\r\n")
            assert len(client.read(size + 14)) == size + 14
            assert resident(cache.gateway.pid) - before < 16 * 1024 * 1024


def test_a_pipeline_of_a_hundred_thousand_commands_is_answered(start: Serve) -> None:
    cache = start()
    commands = 100_000
    with wire(cache) as client:
        client.ask(b"PING\r\n", b"+PONG\r\n")
        before = resident(cache.gateway.pid)
        client.socket.sendall(b"*2\r\n$4\r\nINCR\r\n$1\r\nn\r\n" * commands)
        client.socket.sendall(b"PING end\r\n")
        answers = b""
        while not answers.endswith(b"$3\r\nend\r\n"):
            answers = answers[-32:] + client.socket.recv(1 << 20)
        client.ask(b"GET n\r\n", b"$6\r\n100000\r\n")
        assert resident(cache.gateway.pid) - before < 16 * 1024 * 1024


def test_a_client_that_leaves_in_the_middle_leaves_nothing(start: Serve) -> None:
    cache = start()
    with wire(cache) as gone:
        gone.socket.sendall(b"*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1000000\r\nxxx")
    with wire(cache) as client:
        client.ask(b"EXISTS k\r\n", b":0\r\n")


def test_a_client_that_closes_its_half_is_hung_up_on_and_its_last_command_has_come_about(
    start: Serve,
) -> None:
    cache = start()
    with wire(cache) as half, wire(cache) as client:
        half.ask(b"PING\r\n", b"+PONG\r\n")
        client.ask(b"PING\r\n", b"+PONG\r\n")
        before = clients_of(cache)
        half.socket.sendall(b"SET k 1\r\n")
        with socket.socket(fileno=os.dup(half.socket.fileno())) as plain:
            plain.shutdown(socket.SHUT_WR)
        half.read(100)  # until the end, with the answer or without
        while clients_of(cache) == before:
            pass
        client.ask(b"GET k\r\n", b"$1\r\n1\r\n")


def clients_of(cache: Running) -> int:
    """How many connections the engine has."""
    return int(cache.engine.admin.info("clients")["connected_clients"])


def test_the_maximum_rate_delays_and_refuses_nothing(start: Serve) -> None:
    cache = start(ecpu_per_second=1000)
    with redis.Redis(**cache.tls()) as client:
        began = time.monotonic()
        pipe = client.pipeline(transaction=False)
        for _ in range(2500):
            pipe.incr("n")
        assert pipe.execute()[-1] == 2500
        took = time.monotonic() - began
    assert 1.3 < took < 5  # a second's budget at once, then 1,500 at 1,000 a second


def test_nobody_starves_behind_a_greedy_client_at_the_maximum_rate(start: Serve) -> None:
    cache = start(ecpu_per_second=1000)
    with wire(cache) as greedy, wire(cache) as modest:
        greedy.ask(b"PING\r\n", b"+PONG\r\n")
        modest.ask(b"PING\r\n", b"+PONG\r\n")
        greedy.socket.sendall(b"*1\r\n$4\r\nPING\r\n" * 6000)  # six seconds of budget
        began = time.monotonic()
        for _ in range(3):
            modest.ask(b"PING\r\n", b"+PONG\r\n")
        assert time.monotonic() - began < 2


def test_a_limit_changes_on_open_connections(start: Serve) -> None:
    cache = start(ecpu_per_second=10)
    with wire(cache) as client:
        client.socket.sendall(b"*1\r\n$4\r\nPING\r\n" * 1000)  # 99 seconds of budget
        client.ask(b"", b"+PONG\r\n")
        cache.update(ecpu_per_second=None)
        assert len(client.read(999 * 7)) == 999 * 7


def test_data_beyond_the_limit_is_refused_and_what_may_expire_goes_first(start: Serve) -> None:
    cache = start(data_limit=8 << 20)
    with redis.Redis(**cache.tls()) as client:
        client.set("short", "x" * 1_000_000, ex=1000)
        pipe = client.pipeline(transaction=False)
        for at in range(80):
            pipe.set(f"long{at}", "x" * 100_000)
        answers = pipe.execute(raise_on_error=False)
        full = next(answer for answer in answers if isinstance(answer, Exception))
        assert str(full) == "command not allowed when used memory > 'maxmemory'."
        assert client.exists("short") == 0
        assert client.strlen("long0") == 100_000
        assert 60 < client.dbsize() < 80  # of 8 MiB, less what the engine needs to serve them
        assert client.delete("long0") == 1


def test_an_idle_gateway_stays_under_forty_megabytes(start: Serve) -> None:
    cache = start()
    with wire(cache) as client:
        client.ask(b"PING\r\n", b"+PONG\r\n")
        assert resident(cache.gateway.pid) < 40 * 1024 * 1024


def test_what_is_used_is_told(start: Serve) -> None:
    cache = start()
    with wire(cache) as client:
        client.ask(b"PING\r\n", b"+PONG\r\n")
        client.ask(b"SET k %b\r\n" % (b"x" * 10_000), b"+OK\r\n")
        counters = cache.wait_for(lambda event: event["event"] == "counters" and event["commands"] >= 2)
    assert counters["commands"] == 2
    assert 10.5 < counters["ecpus"] < 12  # PING 1, SET a bit less than 10 KB, and a start
    assert counters["connections"] == 1


def test_a_script_without_end_is_ended_and_everybody_goes_on(start: Serve) -> None:
    cache = start()
    cache.engine.admin.call(
        "CONFIG", "SET", "busy-reply-threshold", "200"
    )  # 5,000 milliseconds are long in a test
    with wire(cache) as client, wire(cache) as other:
        client.socket.sendall(b"EVAL 'while true do end' 0\r\n")
        assert client.line(b"").startswith(b"-ERR Script killed by user")
        other.ask(b"PING\r\n", b"+PONG\r\n")


def test_a_script_without_end_that_has_written_ends_with_the_engine_and_leaves_nothing(start: Serve) -> None:
    cache = start()
    with wire(cache) as client:
        client.ask(b"SET kept 1\r\n", b"+OK\r\n")
        cache.engine.admin.call("CONFIG", "SET", "busy-reply-threshold", "200")
        client.socket.sendall(b"EVAL \"redis.call('SET', 'k', '1') while true do end\" 1 k\r\n")
        assert client.read(1) == b""
    assert cache.engine.process.wait() == 0
    cache.engine.start()  # the runtime does, for it watches the engine
    assert cache.engine.admin.call("EXISTS", "kept") == 1
    assert cache.engine.admin.call("EXISTS", "k") == 0


def test_when_the_engine_dies_clients_are_hung_up_on_and_new_ones_wait_for_the_next(start: Serve) -> None:
    cache = start()
    with wire(cache) as before:
        before.ask(b"SET k 1\r\n", b"+OK\r\n")
        cache.engine.process.kill()
        assert before.read(1) == b""
        waiting = Wire(cache)  # the handshake is the gateway's
        with closing(waiting.socket):
            waiting.socket.sendall(b"GET k\r\n")
            users = cache.engine.users
            cache.engine.start()
            cache.engine.set_users(users)
            assert waiting.read(7) in (b"$1\r\n1\r\n", b"-NOAUTH")


def test_the_gateway_ends_when_its_owner_does(start: Serve) -> None:
    cache = start()
    with wire(cache) as client:
        client.ask(b"PING\r\n", b"+PONG\r\n")
        cache.gateway.stop()  # closes its standard input, no more
        assert client.read(1) == b""

    assert cache.gateway.returncode == 0
