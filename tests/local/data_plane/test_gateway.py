"""Real clients through a real gateway to a real Valkey."""

import socket
import ssl

import pytest
import redis
import redis.cluster
import valkey.cluster

from ..conftest import Running, Serve, user

PASSWORD = "correct-horse-battery"


def connect(cache: Running, port: int = 0) -> ssl.SSLSocket:
    """A bare TLS connection."""
    context = ssl.create_default_context(cafile=cache.ca)
    return context.wrap_socket(
        socket.create_connection(("127.0.0.1", port or cache.port), timeout=5), server_hostname="localhost"
    )


def test_cluster_clients_need_only_host_port_and_authority(open_cache: Running) -> None:
    with redis.cluster.RedisCluster(**open_cache.tls()) as client:
        client.set("a", "1")
        assert client.get("a") == b"1"
        assert sorted((node.port, node.server_type) for node in client.get_nodes()) == sorted(
            [(open_cache.port, "primary"), (open_cache.reader_port, "replica")]
        )
    with valkey.cluster.ValkeyCluster(**open_cache.tls(), read_from_replicas=True) as other:
        assert other.get("a") == b"1"


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
