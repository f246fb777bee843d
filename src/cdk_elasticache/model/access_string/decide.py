"""May a user run this command line? First as the engine answers (``ACL DRYRUN``), then as Serverless does.

The engine asks of each scope in turn: may it run the command, then touch each key, then use each channel.
Commands that come before login (AUTH, HELLO, QUIT, RESET) need no rule. One scope must allow all.
"""

from collections.abc import Sequence
from typing import NamedTuple

from ...errors import ArgumentTypeError, ValidationError
from .glob import matches
from .refusal import nearest, show
from .rules import Pattern, Rules, Scope, deciding_word

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..commands import ChannelUse, Command, CommandTable, KeyUse

#: What a denial is about, the more telling last: the engine reports the last of these over all scopes.
_DEPTH = ("command", "key", "channel")


class Decision(NamedTuple):
    """An answer; true when the command line is allowed.

    :param allowed: the answer.
    :param reason: why, in one sentence.
    :param about: what decided: ``command``, ``key`` or ``channel``; ``state`` for a user who is off,
        ``service`` for a command that Serverless refuses, ``engine`` for one that this engine lacks;
        ``""`` where everything is allowed.
    :param word: the deciding rule as it was written; ``""`` where it is that there is none.
    :param name: the command, or the key or channel that is denied; odd bytes as surrogate escapes.
    :param missing: the permission that a denied key lacks: ``read``, ``write`` or ``read and write``.
    :param selector: 0 for the rules outside the parentheses, 1 for the first selector.
    """

    allowed: bool
    reason: str
    about: str = ""
    word: str = ""
    name: str = ""
    missing: str = ""
    selector: int = 0

    def __bool__(self) -> bool:
        return self.allowed


def to_words(command: str, args: Sequence[object]) -> list[bytes]:
    """A command line as the server gets it.

    :raises ArgumentTypeError: an argument is neither text, bytes nor a number.
    """
    return [_word(part) for part in (command, *args)]


def _word(part: object) -> bytes:
    if isinstance(part, bytes):
        return part
    if isinstance(part, str):
        try:
            return part.encode("utf-8", "surrogateescape")
        except UnicodeEncodeError:  # half of a character: no text of a client, and the bytes of no other
            return part.encode("utf-8", "surrogatepass")
    if isinstance(part, (int, float)) and not isinstance(part, bool):
        return repr(part).encode()
    kind = type(part).__name__
    raise ArgumentTypeError(
        "WrongType", f"args must be text, bytes or numbers, got {kind}", parameter="args", value=part
    )


def decide(rules: Rules, words: Sequence[bytes], table: "CommandTable") -> Decision:
    """What ElastiCache Serverless answers.

    :raises ValidationError: ``UnknownCommand``, ``WrongNumberOfArguments``, as :func:`dry_run`.
    """
    command = find(words, table)
    if not command.serverless:
        return Decision(False, f"ElastiCache Serverless refuses {show(command.name)} to everybody", "service")
    answer = dry_run(rules, words, table)
    if not rules.enabled:
        return Decision(False, "the user is off: it cannot log in", "state", name=command.name)
    return answer


def find(words: Sequence[bytes], table: "CommandTable") -> "Command":
    """The command that a line names.

    :raises ValidationError: ``UnknownCommand``: no such command, nor subcommand.
    """
    command = table.find(words)
    if command:
        return command
    name = "|".join(word.decode("utf-8", "backslashreplace").lower() for word in words[:2])
    first = name.partition("|")[0]
    name = name if first in table.containers else first
    near = nearest(name, table.commands)
    remedy = f"did you mean {show(near)}?" if near else ""
    message = f"command must be one that {table.server} {table.version} has, got {show(name)}"
    raise ValidationError("UnknownCommand", message, remedy=remedy, parameter="command", value=name)


def dry_run(rules: Rules, words: Sequence[bytes], table: "CommandTable") -> Decision:
    """What ``ACL DRYRUN`` answers, whether or not the user is on.

    :raises ValidationError: ``UnknownCommand``, ``WrongNumberOfArguments``: the engine has no answer.
    """
    command = find(words, table)
    if not command.takes(words):
        count = f"at least {-command.arity - 1}" if command.arity < 0 else f"{command.arity - 1}"
        message = f"args of {show(command.name)} must be {count}, got {len(words) - 1}"
        raise ValidationError("WrongNumberOfArguments", message, parameter="args", value=len(words) - 1)
    denial: Decision | None = None
    for scope in rules.scopes:
        answer = _ask(scope, command, words, table)
        if answer:
            return answer
        if denial is None or _DEPTH.index(answer.about) > _DEPTH.index(denial.about):
            denial = answer
    assert denial is not None
    return denial


def _ask(scope: Scope, command: "Command", words: Sequence[bytes], table: "CommandTable") -> Decision:
    word = deciding_word(scope, command.name, words[1] if len(words) > 1 else None, table)
    granted = word is not None and word.allow
    if not granted and "no_auth" not in command.flags:
        return _command_denied(scope, command, word.text if word else "")
    for key in () if scope.all_keys else command.keys(words):
        if not _opens(scope.keys, key):
            return _key_denied(scope, command, key)
    for channel in () if scope.all_channels else command.channels(words):
        if not _hears(scope.channels, channel):
            return _channel_denied(scope, command, channel)
    reason = f"{show(word.text)} allows {show(command.name)}" if word and granted else "it needs no rule"
    return Decision(
        True, reason + _where(scope), "", word.text if word else "", command.name, selector=scope.number
    )


def _opens(patterns: tuple[Pattern, ...], key: "KeyUse") -> bool:
    """Whether one pattern has all the permissions that the key needs."""
    return any(
        pattern.reads >= key.reads and pattern.writes >= key.writes and matches(pattern.glob, key.key)
        for pattern in patterns
    )


def _hears(patterns: tuple[Pattern, ...], channel: "ChannelUse") -> bool:
    """A pattern to subscribe to must be one of the rules, byte for byte."""
    if channel.pattern:
        return any(pattern.glob == channel.channel for pattern in patterns)
    return any(matches(pattern.glob, channel.channel) for pattern in patterns)


def _where(scope: Scope) -> str:
    return f" in selector {scope.number}" if scope.number else ""


def _command_denied(scope: Scope, command: "Command", word: str) -> Decision:
    name = show(command.name)
    reason = f"{show(word)} denies {name}" if word else f"no rule allows {name}"
    return Decision(False, reason + _where(scope), "command", word, command.name, selector=scope.number)


def _key_denied(scope: Scope, command: "Command", key: "KeyUse") -> Decision:
    name = key.key.decode("utf-8", "surrogateescape")
    needs = [what for what, needed in (("read", key.reads), ("write", key.writes)) if needed]
    missing = " and ".join(needs) or "read or write"
    partial = next((pattern for pattern in scope.keys if matches(pattern.glob, key.key)), None)
    word = partial.word.text if partial else ""
    but = f": {show(word)} is not enough" if partial else ""
    reason = f"no key pattern lets {show(command.name)} {missing} the key {show(name)}{_where(scope)}{but}"
    return Decision(False, reason, "key", word, name, missing, scope.number)


def _channel_denied(scope: Scope, command: "Command", channel: "ChannelUse") -> Decision:
    name = channel.channel.decode("utf-8", "surrogateescape")
    what = "is the channel pattern" if channel.pattern else "matches the channel"
    reason = f"no rule for channels {what} {show(name)} of {show(command.name)}{_where(scope)}"
    return Decision(False, reason, "channel", "", name, selector=scope.number)
