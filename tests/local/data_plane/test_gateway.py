"""Real clients through a real gateway to a real Valkey."""

import json
import shutil
import socket
import ssl
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import redis
import redis.cluster
import valkey.cluster

from cdk_elasticache.local.data_plane.process import GatewayError, GatewayProcess
from cdk_elasticache.local.data_plane.resp import encode
from cdk_elasticache.local.data_plane.snapshot import Principal, Snapshot
from cdk_elasticache.local.engines.servers import named_server

from ..conftest import Running, Serve, user
from .wire import WRONGPASS, wire

PASSWORD = "correct-horse-battery"
OTHER = "another-good-password"


@pytest.fixture
def group(start: Serve) -> Running:
    """A cache with a group: two password users, and a default user that is off."""
    return start(
        users=(
            user("default", "off -@all"),
            user("app", "on ~app:* +@all"),
            user("ops", "on ~* +@read +@connection"),
        ),
        passwords={"app": [PASSWORD, OTHER], "ops": [PASSWORD]},
    )


# Topology


def test_cluster_clients_need_only_host_port_and_authority(open_cache: Running) -> None:
    with redis.cluster.RedisCluster(**open_cache.tls()) as client:
        client.set("a", "1")
        assert client.get("a") == b"1"
        assert sorted((node.port, node.server_type) for node in client.get_nodes()) == sorted(
            [(open_cache.port, "primary"), (open_cache.reader_port, "replica")]
        )
    with valkey.cluster.ValkeyCluster(**open_cache.tls(), read_from_replicas=True) as other:
        assert other.get("a") == b"1"


@pytest.mark.parametrize("protocol", [2, 3])
def test_every_topology_command_shows_the_primary_and_its_reader(open_cache: Running, protocol: int) -> None:
    ports = [open_cache.port, open_cache.reader_port]
    with redis.Redis(**open_cache.tls(), protocol=protocol) as client:
        nodes = client.execute_command("CLUSTER NODES")
        shards = client.execute_command("CLUSTER SHARDS")
        replicas = client.execute_command("CLUSTER REPLICAS", open_cache.engine.node_id)

    assert [int(address.rpartition(":")[2]) for address in nodes] == ports
    assert [node["flags"] for node in nodes.values()] == ["myself,master", "slave"]
    assert [node["master_id"] for node in nodes.values()] == ["-", open_cache.engine.node_id]
    shown = _nodes(shards)
    assert [(node[b"port"], node[b"role"]) for node in shown] == [
        (ports[0], b"master"),
        (ports[1], b"replica"),
    ]
    assert [int(address.rpartition(":")[2]) for address in replicas] == ports[1:]


def _nodes(shards: list[Any]) -> list[dict[bytes, Any]]:
    """The nodes of the only shard, whichever way the client shows maps."""
    return [_map(node) for node in _map(shards[0])[b"nodes"]]


def _map(shown: Any) -> dict[Any, Any]:
    return shown if isinstance(shown, dict) else dict(zip(shown[::2], shown[1::2], strict=True))


def test_a_value_that_looks_like_a_topology_reply_is_left_alone(open_cache: Running) -> None:
    with redis.Redis(**open_cache.tls()) as client:
        looks = open_cache.engine.admin.call("CLUSTER", "NODES")
        assert isinstance(looks, bytes)
        client.set("looks", looks)
        pipe = client.pipeline(transaction=False)
        pipe.execute_command("CLUSTER SLOTS").get("looks").execute_command("CLUSTER SLOTS").get("looks")
        assert pipe.execute()[1::2] == [looks, looks]


@pytest.mark.parametrize("protocol", [2, 3])
def test_a_cache_tells_of_itself_as_the_service_does(open_cache: Running, protocol: int) -> None:
    with redis.Redis(**open_cache.tls(), protocol=protocol) as client:
        told = client.info()
        alone = client.info("server")
    engine = open_cache.engine.admin.info("server")
    service = {"os": "Amazon ElastiCache", "executable": "-", "config_file": "-", "tcp_port": open_cache.port}
    for shown in (told, alone):
        assert {name: shown[name] for name in service} == service
        assert (shown["server_name"], shown["valkey_version"]) == ("valkey", engine["valkey_version"])
        assert not [name for name in shown if name.startswith("listener")]
    assert told["cluster_enabled"] == 1
    assert set(engine) - set(alone) == {name for name in engine if name.startswith("listener")}


@pytest.mark.parametrize("protocol", [2, 3])
def test_a_cache_of_redis_oss_says_so(open_cache: Running, start: Serve, protocol: int) -> None:
    cache = start(engine="redis")
    with redis.Redis(**cache.tls(), protocol=protocol) as client:
        told = client.info("server")
        hello = _map(client.execute_command("HELLO"))
    assert (told["redis_version"], told["redis_mode"]) == ("7.1.0", "cluster")
    assert not told.keys() & {"server_name", "server_mode", "valkey_version", "valkey_release_stage"}
    assert (hello[b"server"], hello[b"version"], hello[b"proto"]) == (b"redis", b"7.1.0", protocol)
    with redis.Redis(**open_cache.tls(), protocol=protocol) as client:
        assert _map(client.execute_command("HELLO"))[b"server"] == b"valkey"


# The reader port


def test_the_reader_port_reads_after_readonly_and_sends_writes_to_the_primary(open_cache: Running) -> None:
    moved = b"-MOVED 15495 localhost:%d\r\n" % open_cache.port  # slot of "a": CRC16("a") % 16384
    with redis.Redis(**open_cache.tls()) as client:
        client.set("a", "1")
    with wire(open_cache, open_cache.reader_port) as reader:
        reader.ask(b"GET a\r\n", moved)
        reader.ask(b"READONLY\r\n", b"+OK\r\n")
        reader.ask(b"GET a\r\n", b"$1\r\n1\r\n")
        reader.ask(b"SET a 2\r\n", moved)
        reader.ask(b"FLUSHALL\r\n", b"-READONLY You can't write against a read only replica.\r\n")
        reader.ask(b"READWRITE\r\n", b"+OK\r\n")
        reader.ask(b"GET a\r\n", moved)


def test_a_script_at_the_reader_port_may_read_and_not_write(open_cache: Running) -> None:
    with wire(open_cache, open_cache.reader_port) as reader:
        reader.ask(b"READONLY\r\nEVAL 'return 7' 0\r\n", b"+OK\r\n:7\r\n")
        refused = reader.line(b"EVAL \"return redis.call('set','a','9')\" 0\r\n")
    assert refused.startswith(b"-ERR Write commands are not allowed from read-only scripts.")


def test_a_write_in_a_transaction_at_the_reader_port_aborts_it(open_cache: Running) -> None:
    with wire(open_cache, open_cache.reader_port) as reader:
        reader.ask(b"READONLY\r\nMULTI\r\nGET a\r\n", b"+OK\r\n+OK\r\n+QUEUED\r\n")
        assert reader.line(b"SET a 2\r\n").startswith(b"-MOVED 15495 ")
        reader.ask(b"EXEC\r\n", b"-EXECABORT Transaction discarded because of previous errors.\r\n")


def test_the_reader_port_writes_nothing_for_who_signs_in_and_writes_in_one_packet(group: Running) -> None:
    auth = b"AUTH app %b\r\n" % PASSWORD.encode()
    with wire(group, group.reader_port) as reader:
        reader.ask(auth + b"SET app:{a} 2\r\n", b"+OK\r\n-MOVED 15495 localhost:%d\r\n" % group.port)
        assert reader.line(b"RESET x\r\n") == b"-ERR wrong number of arguments for 'reset' command\r\n"
        assert reader.line(b"SET app:{a} 2\r\n").startswith(b"-MOVED 15495 ")
    with wire(group, group.reader_port) as reader:
        reader.ask(b"AUTH app x\r\nSET app:{a} 2\r\n", WRONGPASS + b"-NOAUTH Authentication required.\r\n")


# What Serverless refuses


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        (("CONFIG", "GET", "*"), "unknown command 'CONFIG', with args beginning with: 'GET' '*' "),
        (("keys", "*"), "unknown command 'keys', with args beginning with: '*' "),
        (("CLIENT", "KILL", "x"), "unknown subcommand 'KILL'. Try CLIENT HELP."),
        (("SELECT", "1"), "DB index is out of range"),
    ],
)
def test_what_serverless_refuses_is_refused_in_the_engines_words(
    open_cache: Running, words: tuple[str, ...], answer: str
) -> None:
    with redis.Redis(**open_cache.tls()) as client, pytest.raises(redis.ResponseError) as refused:
        client.execute_command(*words)
    assert str(refused.value) == answer


def test_a_refused_command_is_refused_inside_a_script_too(open_cache: Running) -> None:
    with (
        redis.Redis(**open_cache.tls()) as client,
        pytest.raises(redis.ResponseError, match="no permissions to run the 'keys'"),
    ):
        client.eval("return redis.call('KEYS', '*')", 0)


def test_a_refused_command_aborts_its_transaction(open_cache: Running) -> None:
    with wire(open_cache) as client:
        client.ask(b"MULTI\r\n", b"+OK\r\n")
        assert client.line(b"CONFIG GET x\r\n").startswith(b"-ERR unknown command 'CONFIG'")
        client.ask(b"EXEC\r\n", b"-EXECABORT Transaction discarded because of previous errors.\r\n")


def test_a_refused_command_is_silent_when_replies_are_off(open_cache: Running) -> None:
    with wire(open_cache) as client:
        silent = b"CLIENT REPLY OFF\r\nCONFIG GET x\r\nCLUSTER SLOTS\r\nCLIENT REPLY ON\r\n"
        client.ask(silent + b"CLIENT REPLY SKIP\r\nKEYS *\r\nECHO end\r\n", b"+OK\r\n$3\r\nend\r\n")


def test_scripts_stay_whoever_flushes_them(open_cache: Running) -> None:
    digest = b"e0e1f9fabfc9d4800c877a703b823ac0578ff8db"  # SHA-1 of "return 1"
    ok, error = b"+OK\r\n", b"-ERR SCRIPT FLUSH only support SYNC|ASYNC option\r\n"
    with wire(open_cache) as client:
        client.ask(b"SCRIPT LOAD 'return 1'\r\n", b"$40\r\n" + digest + b"\r\n")
        client.ask(b"SCRIPT FLUSH\r\nscript flush sync\r\nScript Flush ASYNC\r\n", ok * 3)
        client.ask(b"SCRIPT FLUSH now\r\nSCRIPT FLUSH SYNC x\r\n", error * 2)
        client.ask(b"CLIENT REPLY SKIP\r\nSCRIPT FLUSH\r\n", b"")
        client.ask(b"MULTI\r\n", ok)
        client.ask(b"SCRIPT FLUSH\r\n", b"-ERR Command not allowed inside a transaction\r\n")
        client.ask(b"EXEC\r\n", b"-EXECABORT Transaction discarded because of previous errors.\r\n")
        client.ask(b"EVALSHA " + digest + b" 0\r\n", b":1\r\n")
        refused = client.line(b"EVAL \"return redis.call('SCRIPT', 'FLUSH')\" 0\r\n")
        assert refused.startswith(b"-ERR This Valkey command is not allowed from script")


def test_who_may_not_flush_scripts_is_told_so(group: Running) -> None:
    with redis.Redis(**group.tls(), username="ops", password=PASSWORD) as client:
        with pytest.raises(redis.exceptions.NoPermissionError) as refused:
            client.script_flush()
        assert str(refused.value) == "User ops has no permissions to run the 'script|flush' command"


def test_too_many_words_and_too_long_keys_are_refused_and_the_connection_goes_on(open_cache: Running) -> None:
    with redis.Redis(**open_cache.tls()) as client:
        with pytest.raises(redis.ResponseError, match="at most 3999, got 4000"):
            client.execute_command("DEL", *[f"{{a}}{i}" for i in range(3999)])
        assert client.execute_command("DEL", *[f"{{a}}{i}" for i in range(3998)]) == 0
        for size in (4097, 70_000):
            with pytest.raises(redis.ResponseError, match="too long: at most 4096 bytes"):
                client.set("k" * size, "v" * size)
        assert client.set("k" * 4096, "v" * 100_000)


# Who may enter


def test_each_of_two_passwords_lets_in_and_no_other_does(group: Running) -> None:
    for password in (PASSWORD, OTHER):
        with redis.Redis(**group.tls(), username="app", password=password) as client:
            assert client.set("app:1", "1")
    with wire(group) as client:
        for name, password in (("app", "x" * 20), ("nobody", PASSWORD), ("default", PASSWORD)):
            client.ask(f"AUTH {name} {password}\r\n".encode(), WRONGPASS)


def test_who_has_not_signed_in_is_told_so_on_both_ports(group: Running) -> None:
    for port in (group.port, group.reader_port):
        with wire(group, port) as client:
            client.ask(b"GET a\r\n", b"-NOAUTH Authentication required.\r\n")


def test_access_strings_are_the_engines_own_rules(group: Running) -> None:
    with redis.Redis(**group.tls(), username="ops", password=PASSWORD) as client:
        with pytest.raises(redis.exceptions.NoPermissionError) as refused:
            client.set("a", "1")
        assert str(refused.value) == "User ops has no permissions to run the 'set' command"
    with redis.Redis(**group.tls(), username="app", password=PASSWORD) as client:
        with pytest.raises(redis.exceptions.NoPermissionError) as key:
            client.get("other")
        assert str(key.value) == "No permissions to access a key"


@pytest.mark.parametrize("cut", [1, 3, 7])
def test_signing_in_works_in_pieces_pipelined_inline_and_again(group: Running, cut: int) -> None:
    auth = b"*3\r\n$4\r\nAUTH\r\n$3\r\napp\r\n$%d\r\n%b\r\n" % (len(PASSWORD), PASSWORD.encode())
    stream = auth + b"ACL WHOAMI\r\nAUTH app wrong\r\nACL WHOAMI\r\nRESET\r\nGET a\r\n"
    answer = (
        b"+OK\r\n$3\r\napp\r\n" + WRONGPASS + b"$3\r\napp\r\n+RESET\r\n-NOAUTH Authentication required.\r\n"
    )
    with wire(group) as client:
        for at in range(0, len(stream), cut):
            client.socket.sendall(stream[at : at + cut])
        assert client.read(len(answer)) == answer


def test_nobody_sees_the_administrator_or_a_hash(group: Running) -> None:
    with redis.Redis(**group.tls(), username="app", password=PASSWORD) as client:
        assert client.acl_list() == [
            "user app on ~app:* &* +@all",
            "user default off &* -@all",
            "user ops on ~* &* -@all +@read +@connection",
        ]
        assert client.acl_users() == ["app", "default", "ops"]
        assert client.acl_getuser(group.engine.admin_name) is None
        shown = client.acl_getuser("app")
    assert shown is not None
    assert (shown["passwords"], shown["commands"], shown["categories"]) == ([], [], ["+@all"])


def test_the_default_user_shows_itself_open_where_no_group_is_attached(open_cache: Running) -> None:
    with redis.Redis(**open_cache.tls()) as client:
        assert client.acl_list() == ["user default on nopass ~* &* +@all"]
        assert client.acl_users() == ["default"]
        shown = client.acl_getuser("default")
    assert shown is not None
    assert (shown["flags"], shown["passwords"], shown["categories"]) == (["on", "nopass"], [], ["+@all"])


def test_the_default_user_shows_itself_off_where_the_group_has_none(start: Serve) -> None:
    one = user("app", "on ~* -@all +@connection +acl (~x -@all +get) (%R~z -@all +@read -scan)")
    cache = start(users=(one,), passwords={"app": [PASSWORD]})
    with redis.Redis(**cache.tls(), username="app", password=PASSWORD) as client:
        assert client.acl_list() == [f"user app {one.access_string}", "user default off &* -@all"]
        shown = client.acl_getuser("default")
        assert shown is not None
        assert (shown["flags"], shown["categories"]) == (["off"], ["-@all"])
        told = client.acl_getuser("app")
    assert told is not None  # of selectors too only what was declared
    assert [_map(selector)["commands"] for selector in told["selectors"]] == [
        "-@all +get",
        "-@all +@read -scan",
    ]


def test_an_access_string_of_odd_bytes_is_served_and_shown(start: Serve) -> None:
    cache = start(users=(user("app", "on ~a\udcff +@all"),), passwords={"app": [PASSWORD]})
    with wire(cache) as client:
        client.ask(b"AUTH app %b\r\n" % PASSWORD.encode(), b"+OK\r\n")
        shown = b"$24\r\nuser app on ~a\xff &* +@all\r\n$25\r\nuser default off &* -@all\r\n"
        client.ask(b"ACL LIST\r\n", b"*2\r\n" + shown)
        client.ask(b'GET "a\\xff"\r\n', b"$-1\r\n")


@pytest.mark.skipif(not shutil.which("redis-server"), reason="no redis-server on PATH")
def test_a_redis_server_on_path_serves_as_well(start: Serve) -> None:
    cache = start(
        users=(user("default", "off -@all"), user("app", "on ~app:* +@all")),
        passwords={"app": [PASSWORD]},
        server=named_server("redis-server"),
    )
    with redis.cluster.RedisCluster(**cache.tls(), username="app", password=PASSWORD) as client:
        assert client.set("app:1", "1")
        assert [node.port for node in client.get_nodes()] == [cache.port, cache.reader_port]
        with pytest.raises(
            redis.ResponseError, match="unknown command 'CONFIG', with args beginning with: 'GET'"
        ):
            client.config_get("x", target_nodes=client.get_primaries()[0])
    with wire(cache) as bare:
        bare.ask(b"GET a\r\n", b"-NOAUTH Authentication required.\r\n")
        bare.ask(b"AUTH app wrong\r\n", WRONGPASS)


# Changes


def test_a_removed_user_loses_the_connection_and_another_keeps_it(group: Running) -> None:
    with wire(group) as app, wire(group) as ops:
        app.ask(b"AUTH app %b\r\n" % PASSWORD.encode(), b"+OK\r\n")
        ops.ask(b"AUTH ops %b\r\n" % PASSWORD.encode(), b"+OK\r\n")
        users = tuple(one for one in group.snapshot.users if one.name != "app")
        group.engine.set_users({name: rules for name, rules in group.engine.users.items() if name != "app"})
        group.update(users=users)

        assert app.read(1) == b""
        ops.ask(b"PING\r\n", b"+PONG\r\n")


def test_a_changed_access_string_acts_on_an_open_connection(group: Running) -> None:
    with wire(group) as ops:
        ops.ask(b"AUTH ops %b\r\n" % PASSWORD.encode(), b"+OK\r\n")
        rules = list(group.engine.users["ops"])
        rules[rules.index("+@read")] = "+@write"
        group.engine.set_users(group.engine.users | {"ops": rules})
        ops.ask(b"GET a\r\n", b"-NOPERM User ops has no permissions to run the 'get' command\r\n")
        ops.ask(b"SET a 1\r\n", b"+OK\r\n")


# The protocol's corners


def test_messages_come_while_others_talk(open_cache: Running) -> None:
    with wire(open_cache) as talker, wire(open_cache) as listener:
        listener.ask(b"HELLO 3\r\n", b"%7\r\n")
        listener.skip_to(b"SUBSCRIBE news\r\n", b">3\r\n$9\r\nsubscribe\r\n$4\r\nnews\r\n:1\r\n")
        talker.ask(b"PUBLISH news x\r\n", b":1\r\n")
        listener.ask(b"", b">3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$1\r\nx\r\n")
        assert listener.line(b"CLUSTER SLOTS\r\n") == b"*1\r\n"


@pytest.mark.parametrize("hello", [b"", b"HELLO 3\r\n"])
def test_plain_and_sharded_channels_show_each_others_names_and_numbers(
    open_cache: Running, hello: bytes
) -> None:
    def told(asked: bytes) -> list[bytes]:
        with wire(open_cache) as client:
            client.socket.sendall(hello + b"ECHO start\r\n" + asked + b"\r\nQUIT\r\n")
            return client.read(10_000).partition(b"start\r\n")[2].split(b"\r\n")[:-2]

    with wire(open_cache) as plain, wire(open_cache) as sharded:
        plain.skip_to(b"SUBSCRIBE c:plain c:both\r\n", b"c:both\r\n:2\r\n")
        sharded.skip_to(b"SSUBSCRIBE c:both\r\n", b":1\r\n")
        for asked in (b"PUBSUB CHANNELS c:*", b"pubsub shardchannels c:*"):
            assert sorted(told(asked)[2::2]) == [b"c:both", b"c:plain"]
        for asked in (b"PUBSUB NUMSUB c:both c:plain c:none", b"PUBSUB ShardNumSub c:both c:plain c:none"):
            assert told(asked)[2::3] == [b"c:both", b"c:plain", b"c:none"]
            assert told(asked)[3::3] == [b":2", b":1", b":0"]
        assert told(b"PUBSUB CHANNELS x y") == [
            b"-ERR unknown subcommand or wrong number of arguments for 'CHANNELS'. Try PUBSUB HELP."
        ]


def test_a_refused_hello_leaves_the_protocol_as_it_was(group: Running) -> None:
    with wire(group) as client:
        assert client.line(b"HELLO 3\r\n").startswith(b"-NOAUTH HELLO must be called")
        client.ask(b"AUTH app %b\r\n" % PASSWORD.encode(), b"+OK\r\n")
        client.ask(b"SUBSCRIBE news\r\n", b"*3\r\n$9\r\nsubscribe\r\n$4\r\nnews\r\n:1\r\n")
        assert client.line(b"CLUSTER SLOTS\r\n").startswith(b"-ERR Can't execute 'cluster|slots'")
        client.ask(b"PING x\r\n", b"*2\r\n$4\r\npong\r\n$1\r\nx\r\n")


def test_who_listens_in_resp2_gets_one_error_for_one_command(open_cache: Running) -> None:
    with wire(open_cache) as listener:
        listener.ask(b"SUBSCRIBE news\r\n", b"*3\r\n$9\r\nsubscribe\r\n$4\r\nnews\r\n:1\r\n")
        assert listener.line(b"CLUSTER SLOTS\r\n").startswith(b"-ERR Can't execute 'cluster|slots'")
        listener.ask(b"UNSUBSCRIBE\r\n", b"*3\r\n$11\r\nunsubscribe\r\n$4\r\nnews\r\n:0\r\n")
        assert listener.line(b"CLUSTER SLOTS\r\n") == b"*1\r\n"


def test_a_refused_subscribe_leaves_the_connection_as_it_was(group: Running) -> None:
    with wire(group, group.reader_port) as reader:
        reader.ask(b"SUBSCRIBE news\r\n", b"-NOAUTH Authentication required.\r\n")
        reader.ask(b"AUTH app %b\r\n" % PASSWORD.encode(), b"+OK\r\n")
        assert reader.line(b"SET app:a 1\r\n").startswith(b"-MOVED ")
        assert reader.line(b"ACL LIST\r\n") == b"*3\r\n"


@pytest.mark.parametrize("before", [b"MULTI\r\n", b"SUBSCRIBE news\r\n"])
@pytest.mark.parametrize("asked", [b"LIST", b"USERS", b"GETUSER default"])
def test_no_state_shows_the_administrator_of_the_engine(
    open_cache: Running, before: bytes, asked: bytes
) -> None:
    with wire(open_cache) as client:
        client.socket.sendall(before + b"ACL " + asked + b"\r\n" + b"EXEC\r\nQUIT\r\n")
        answers = b""
        while more := client.socket.recv(1 << 16):
            answers += more
    assert b"#" not in answers
    assert (b"-ERR Command not allowed" in answers) or (b"-ERR Can't execute 'acl|" in answers)


def test_a_blocking_command_waits_and_is_served(open_cache: Running) -> None:
    got = []
    with redis.Redis(**open_cache.tls()) as waiting, redis.Redis(**open_cache.tls()) as giving:
        thread = threading.Thread(target=lambda: got.append(waiting.blpop(["queue"], timeout=10)))
        thread.start()
        giving.rpush("queue", "job")
        thread.join(10)
    assert got == [(b"queue", b"job")]


def test_keys_of_two_slots_are_refused_at_once_and_at_exec(open_cache: Running) -> None:
    error = b"-CROSSSLOT Keys in request don't hash to the same slot\r\n"
    with wire(open_cache) as client:
        client.ask(b"MGET a b\r\n", error)
        client.ask(b"MULTI\r\nSET a 1\r\nSET b 1\r\n", b"+OK\r\n+QUEUED\r\n+QUEUED\r\n")
        client.ask(b"EXEC\r\n", error)


def test_a_scan_is_refused_while_keys_are_watched_and_only_then(open_cache: Running) -> None:
    refused = b"-ERR SCAN: command not supported during watch state\r\n"
    scanned = b"*2\r\n$1\r\n0\r\n*0\r\n"
    scan = b"SCAN 0 MATCH no-such-key COUNT 100000\r\n"
    with wire(open_cache) as client:
        client.ask(b"WATCH a\r\n" + scan, b"+OK\r\n" + refused)
        client.ask(b"EXEC\r\n", b"-ERR EXEC without MULTI\r\n")  # unwatches nothing
        client.ask(scan, refused)
        client.ask(b"MULTI\r\nEXEC\r\n" + scan, b"+OK\r\n*0\r\n" + scanned)
        client.ask(b"WATCH a b\r\n", b"-CROSSSLOT Keys in request don't hash to the same slot\r\n")
        client.ask(scan, scanned)
    with wire(open_cache, open_cache.reader_port) as reader:
        assert reader.line(b"WATCH a\r\n").startswith(b"-MOVED ")
        reader.ask(scan, scanned)


def test_watched_keys_and_the_transaction_share_a_slot(open_cache: Running) -> None:
    error = b"-CROSSSLOT Keys in request don't hash to the same slot\r\n"
    ok, queued = b"+OK\r\n", b"+QUEUED\r\n"
    with wire(open_cache) as client:
        client.ask(b"DEL {a}1 b\r\n", error)
        client.ask(b"DEL {a}1\r\nDEL b\r\nWATCH {a}1\r\n", b":0\r\n:0\r\n" + ok)
        client.ask(b"WATCH {a}2\r\nWATCH b\r\n", ok + error)
        client.ask(b"MULTI\r\nPING\r\nSET b 1\r\nGET b\r\n", ok + queued * 3)
        client.ask(b"EXEC\r\nEXISTS b\r\n", error + b":0\r\n")
        client.ask(
            encode([b"WATCH", b"b"]) + encode([b"MULTI"]) + encode([b"SET", b"{a}1", b"1"]), ok * 2 + queued
        )
        client.ask(b"DISCARD\r\nMULTI\r\nSET {a}1 1\r\nEXEC\r\n", ok * 2 + queued + b"*1\r\n" + ok)
        client.ask(b"WATCH b\r\nUNWATCH\r\nMULTI\r\nDEL {a}1\r\nEXEC\r\n", ok * 3 + queued + b"*1\r\n:1\r\n")
        client.ask(b"CLIENT REPLY OFF\r\nWATCH b\r\nMULTI\r\nSET {a}1 1\r\nEXEC\r\nCLIENT REPLY ON\r\n", ok)
        client.ask(b"EXISTS {a}1\r\n", b":0\r\n")


def test_what_a_transaction_refuses_changes_nothing(open_cache: Running) -> None:
    with wire(open_cache) as client:
        client.ask(b"MULTI x\r\n", b"-ERR wrong number of arguments for 'multi' command\r\n")
        client.ask(b"MULTI\r\n", b"+OK\r\n")
        assert client.line(b"CLIENT REPLY OFF\r\n").startswith(
            b"-ERR Command 'client|reply' not allowed inside"
        )
        client.ask(b"DISCARD\r\n", b"+OK\r\n")
        client.skip_to(b"CLUSTER SLOTS\r\n", b":%d\r\n" % open_cache.reader_port)


def test_quit_is_answered_before_the_end(open_cache: Running) -> None:
    with wire(open_cache) as client:
        client.ask(b"QUIT\r\n", b"+OK\r\n")
        assert client.read(1) == b""


@pytest.mark.parametrize(
    ("stream", "answer"),
    [
        (b"*3000000000\r\n", b"-ERR Protocol error: invalid multibulk length\r\n"),
        (b"*1\r\n$-5\r\n", b"-ERR Protocol error: invalid bulk length\r\n"),
        (b"*1\r\n:5\r\n", b"-ERR Protocol error: expected '$', got ':'\r\n"),
        (b'GET "a\r\n', b"-ERR Protocol error: unbalanced quotes in request\r\n"),
    ],
)
def test_broken_requests_end_in_the_engines_words_after_the_answers_before(
    open_cache: Running, stream: bytes, answer: bytes
) -> None:
    with wire(open_cache) as client:
        client.ask(b"ECHO first\r\n" + stream, b"$5\r\nfirst\r\n" + answer)
        assert client.read(1) == b""


def test_plain_text_gets_no_answer_and_the_end(open_cache: Running) -> None:
    with socket.create_connection(("127.0.0.1", open_cache.port), timeout=5) as plain:
        plain.sendall(b"PING\r\n")
        try:
            answer = plain.recv(100)
        except ConnectionResetError:
            answer = b""
    assert b"PONG" not in answer


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
@pytest.mark.parametrize(
    ("version", "served"),
    [(ssl.TLSVersion.TLSv1_1, False), (ssl.TLSVersion.TLSv1_2, True), (ssl.TLSVersion.TLSv1_3, True)],
)
def test_tls_is_1_2_or_1_3(open_cache: Running, version: ssl.TLSVersion, served: bool) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.set_ciphers("ALL:@SECLEVEL=0")  # else OpenSSL doesn't offer 1.1 at all
    context.minimum_version = context.maximum_version = version
    hello = ssl.MemoryBIO()
    client = context.wrap_bio(ssl.MemoryBIO(), hello, server_hostname="localhost")
    with pytest.raises(ssl.SSLWantReadError):
        client.do_handshake()
    with socket.create_connection(("127.0.0.1", open_cache.port), timeout=5) as plain:
        plain.sendall(hello.read())
        assert (plain.recv(1) == b"\x16") is served  # a handshake record; else an alert, or the end


# Starting


def test_a_port_in_use_is_an_error_that_names_it(open_cache: Running, tmp_path: Path) -> None:
    gateway = GatewayProcess(open_cache.snapshot, log=tmp_path / "log")
    with pytest.raises(GatewayError) as busy:
        gateway.start()
    assert str(busy.value) == (
        f"the gateway must serve its ports, but port {open_cache.port} or {open_cache.reader_port} of 127.0.0.1 "
        "cannot be had: Address already in use [GatewayNotStarted]"
    )
    assert gateway.returncode == 1


def test_a_policy_that_is_none_is_an_error_that_names_it(open_cache: Running, tmp_path: Path) -> None:
    role = Principal(
        arn="arn:aws:iam::1:role/a", access_key_id="A", secret_access_key="s", policies={"P": {}}
    )
    gateway = GatewayProcess(replace(open_cache.snapshot, principals=(role,)), log=tmp_path / "log")
    with pytest.raises(GatewayError, match="policy 'P'"):
        gateway.start()


def test_a_snapshot_comes_back_from_its_line_and_shows_no_secret(open_cache: Running) -> None:
    role = Principal(arn="arn", access_key_id="A", secret_access_key="hidden-1", session_token="hidden-2")
    snapshot = replace(open_cache.snapshot, principals=(role,), admin_password="hidden-3")
    assert Snapshot.from_dict(json.loads(snapshot.to_json())) == snapshot
    assert "hidden" not in repr(snapshot)
