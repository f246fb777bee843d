"""Hold the model against a real server: ``ACL SETUSER``, ``ACL GETUSER``, ``ACL LIST``, ``ACL DRYRUN``.

    python -m tests.model.access_string.differential --strings 5000 --decisions 50000
    python -m tests.model.access_string.differential --engine redis_7 --seed 7

Random strings and command lines from a seed. Left out are only the words that ElastiCache forbids and engines
take (passwords, ``reset``, databases), the commands of modules, and first arguments with quotes or blanks,
at which engines crash. For engines before Valkey 9.1 also quotes in selectors, which they read otherwise, and
a parenthesis within an open one, at which Redis OSS 7.0 forgets what came before it.
"""

# ruff: noqa: T201 (a command, too: it prints its counts)
from __future__ import annotations

import argparse
import sys
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

import pytest

from cdk_elasticache.errors import AccessStringError, ValidationError
from cdk_elasticache.model.access_string import AccessString
from cdk_elasticache.model.access_string.canonical import canonical
from cdk_elasticache.model.access_string.decide import dry_run
from cdk_elasticache.model.access_string.findings import errors
from cdk_elasticache.model.commands import CommandTable, table
from scripts.command_tables import Server, ServerError
from tests.model.access_string.generate import Generator
from tests.model.conftest import VERSIONS, serving

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

#: How many strings go to the server at once.
BATCH = 100


class Outcome(NamedTuple):
    """What was compared, and every disagreement as a line of text."""

    counts: Counter[str]
    disagreements: list[str]
    generator: Generator


def setuser(name: str, text: str) -> list[bytes]:
    """The words of a string as a client sends them: split at single blanks, nothing merged."""
    words = ["ACL", "SETUSER", name, "reset", *text.split(" ")]
    return [word.encode("utf-8", "surrogateescape") for word in words]


def ours(text: str, commands: CommandTable) -> AccessString | None:
    """The string as the model reads it for an engine; None where it refuses it."""
    try:
        if commands.engine == "valkey_9":
            return AccessString.parse(text)
        made = AccessString.read(text)
    except AccessStringError:
        return None
    return None if next(errors(made._words, made._rules, commands), None) else made


def compare(server: Server, engine: str, *, strings: int, decisions: int, seed: int) -> Outcome:
    """Compare on so many strings, with an equal share of the decisions each."""
    client, commands = server.connect(), table(engine)
    generator = Generator(seed, commands, newest=engine == "valkey_9")
    outcome = Outcome(Counter(), [], generator)
    accepted: list[tuple[str, AccessString]] = []
    for start in range(0, strings, BATCH):
        texts = [generator.text() for _ in range(min(BATCH, strings - start))]
        replies = client.pipeline([setuser(f"u{at}", text) for at, text in enumerate(texts)])
        accepted = []
        for at, (text, reply) in enumerate(zip(texts, replies, strict=True)):
            mine = ours(text, commands)
            outcome.counts["strings"] += 1
            outcome.counts["accepted" if mine else "refused"] += 1
            if bool(mine) == isinstance(reply, ServerError):
                outcome.disagreements.append(f"{text!r}: server says {reply!r}, model {mine!r}")
            elif mine:
                accepted.append((f"u{at}", mine))
        _compare_canonical(client, commands, accepted, outcome)
        share = decisions * (start + len(texts)) // strings - decisions * start // strings
        _compare_decisions(client, commands, accepted, generator, share, outcome)
    client.close()
    return outcome


def _compare_canonical(
    client: Any, commands: CommandTable, accepted: Sequence[tuple[str, AccessString]], outcome: Outcome
) -> None:
    """Loading the canonical text gives the same user; the newest Valkey shows the same text."""
    texts = [canonical(mine._rules, commands, modules=False) for _, mine in accepted]
    loaded = client.pipeline(
        [setuser(f"c{name}", text) for (name, _), text in zip(accepted, texts, strict=True)]
    )
    given = client.pipeline([["ACL", "GETUSER", name] for name, _ in accepted])
    printed = client.pipeline([["ACL", "GETUSER", f"c{name}"] for name, _ in accepted])
    listed = dict(_body(line) for line in client("ACL", "LIST"))
    for at, (name, mine) in enumerate(accepted):
        outcome.counts["canonical"] += 1
        if loaded[at] != b"OK" or given[at] != printed[at]:
            outcome.disagreements.append(
                f"{mine.text!r}: {texts[at]!r} gives {printed[at]!r}, not {given[at]!r}"
            )
        shown = texts[at].replace("%RW~*", "~*").encode("utf-8", "surrogateescape")
        if commands.engine == "valkey_9" and b'"' not in shown and shown != listed[name]:
            outcome.disagreements.append(f"{mine.text!r}: shown as {listed[name]!r}, not {shown!r}")


def _body(line: bytes) -> tuple[str, bytes]:
    _, name, body = line.split(b" ", 2)
    return name.decode(), body


def _compare_decisions(
    client: Any,
    commands: CommandTable,
    accepted: Sequence[tuple[str, AccessString]],
    generator: Generator,
    count: int,
    outcome: Outcome,
) -> None:
    arity = {name: command.arity for name, command in commands.commands.items()}
    asked = [
        (*generator.random.choice(accepted), line)
        for line in generator.lines(count if accepted else 0, arity)
    ]
    replies = client.pipeline([["ACL", "DRYRUN", name, *line] for name, _, line in asked])
    for (_, mine, line), reply in zip(asked, replies, strict=True):
        answer, theirs = _answer(mine, line, commands), _reply(reply)
        outcome.counts["decisions"] += 1
        outcome.counts[f"decided: {theirs.partition(' ')[0]}"] += 1
        many = len(mine._rules.scopes) > 1  # the server names the last key of all selectors, we the first
        if (answer.partition(" ")[0] if many else answer) != (theirs.partition(" ")[0] if many else theirs):
            outcome.disagreements.append(f"{mine.text!r} {line!r}: server says {theirs!r}, model {answer!r}")


def _answer(mine: AccessString, line: list[bytes], commands: CommandTable) -> str:
    try:
        decision = dry_run(mine._rules, line, commands)
    except ValidationError as error:
        return error.code
    return "allowed" if decision else f"{decision.about} {decision.name}"


def _reply(reply: Any) -> str:
    """The server's answer in the words of :func:`_answer`."""
    if reply == b"OK":
        return "allowed"
    text = str(reply) if isinstance(reply, ServerError) else reply.decode("utf-8", "surrogateescape")
    if isinstance(reply, ServerError):
        return "WrongNumberOfArguments" if "wrong number" in text else "UnknownCommand"
    about = text.rpartition(" ")[2]
    name = text.partition(" '")[2].rpartition("' ")[0]
    return f"{about} {name}"


def main() -> int:
    """Run in full and print the counts."""
    parser = argparse.ArgumentParser(description="Hold access strings against real servers.")
    parser.add_argument("--engine", choices=VERSIONS, action="append", help="default: those that are at hand")
    parser.add_argument("--strings", type=int, default=5_000)
    parser.add_argument("--decisions", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    failed = False
    for engine in options.engine or VERSIONS:
        try:
            with serving(engine) as server:
                version = server.version
                outcome = compare(
                    server, engine, strings=options.strings, decisions=options.decisions, seed=options.seed
                )
        except pytest.skip.Exception as reason:
            print(f"{engine}: left out: {reason}")
            continue
        counts = ", ".join(f"{name} {count}" for name, count in sorted(outcome.counts.items()))
        print(f"{engine} {version}: {counts}; {len(outcome.disagreements)} disagreeing")
        for line in outcome.disagreements[:20]:
            print(f"    {line}")
        failed = failed or bool(outcome.disagreements)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
