"""What the model says of an access string, held against a running cache: the real commands, through the gateway.

``tests/model/access_string/differential.py`` asks servers alone, in their words; this is what a client meets.
"""

from collections.abc import Iterator

import hiredis
import pytest

from cdk_elasticache.errors import AccessStringError, ValidationError
from cdk_elasticache.local.engines.acl import user_rules
from cdk_elasticache.model.access_string import AccessString
from cdk_elasticache.model.access_string.decide import dry_run, find
from cdk_elasticache.model.commands import table
from tests.model.access_string.generate import Generator

from ..conftest import Serve, user
from .wire import Wire, wire

PASSWORD = "sixteen-letters-and-more"
#: What would answer more than once or never, or change what the connection is answered later.
CHANGES_THE_CONNECTION = {
    *("auth", "hello", "reset", "quit", "multi", "exec", "discard", "watch", "client|reply"),
    *("subscribe", "unsubscribe", "ssubscribe", "sunsubscribe"),
}


def accepted(generator: Generator, count: int) -> Iterator[AccessString]:
    """So many random access strings that ElastiCache takes."""
    while count:
        try:
            made = AccessString.parse(generator.text())
        except AccessStringError:
            continue
        yield made
        count -= 1


def answer(client: Wire, words: list[bytes]) -> str:
    """How the cache answers a command: ``allowed``, ``denied`` or ``unknown``."""
    request = b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%b\r\n" % (len(word), word) for word in words)
    client.socket.sendall(request)
    reader = hiredis.Reader()
    while (reply := reader.gets()) is False:
        reader.feed(client.socket.recv(1 << 16))
    told = str(reply) if isinstance(reply, hiredis.ReplyError) else ""
    return (
        "denied"
        if told.startswith("NOPERM")
        else "unknown"
        if told.startswith(("ERR unknown command '", "ERR unknown subcommand '"))
        else "allowed"
    )


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_cache_allows_what_the_model_says(start: Serve, seed: int) -> None:
    commands = table("valkey_9")
    generator = Generator(seed, commands)
    arity = {name: command.arity for name, command in commands.commands.items()}
    cache = start(users=(user("app", "on"),), passwords={"app": [PASSWORD]})
    verdicts: list[str] = []
    with wire(cache) as client:
        client.ask(b"AUTH app %b\r\n" % PASSWORD.encode(), b"+OK\r\n")
        for rights in accepted(generator, 60):
            cache.engine.set_users({"app": user_rules(rights.text, passwords=[PASSWORD])})
            for words in generator.lines(30, arity):
                try:
                    command, decision = find(words, commands), dry_run(rights._rules, words, commands)
                except ValidationError:  # no such command, or too few words of it
                    continue
                if "blocking" in command.flags or command.name in CHANGES_THE_CONNECTION:
                    continue
                expected = "unknown" if not command.serverless else "allowed" if decision else "denied"
                assert (rights.text, words, answer(client, words)) == (rights.text, words, expected)
                verdicts.append(expected)
    assert [one for one in ("allowed", "denied", "unknown") if verdicts.count(one) < 50] == []
