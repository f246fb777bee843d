"""What is worth saying about an access string that parses: mistakes, rules without effect, advice.

==========================  =======  ====================================================================
id                          level    said of
==========================  =======  ====================================================================
UnknownCommand              error    ``+gett``: the engine has no such command
UnknownSubcommand           error    ``+config|gett``, ``-get|x``
UnknownCategory             error    ``+@raed``
ChannelWithoutResetchannels error    ``&news`` with no ``resetchannels`` before it
AuthenticationRule          error    ``nopass``, ``resetpass``
PayloadRule                 error    ``sanitize-payload``, ``skip-sanitize-payload``
DatabaseRule                error    ``alldbs``, ``resetdbs``, ``db=0``
UnsafeFirstArgument         error    ``(+get|'a')``: it would bring the engine down
rule-overridden             warning  a rule that a later one undoes: ``+get -@all``             (no effect)
command-lost-to-category    warning  ``+flushall -@dangerous``                                  (no effect)
pattern-covered             warning  ``~app:*`` beside ``~app:1``: the second adds nothing      (no effect)
refused-by-serverless       warning  ``+config``: Serverless refuses it to everybody            (no effect)
ambiguous-quotes            warning  ``(~"a"b +get)``: engines read it differently
unbalanced-quote            warning  ``(~"a +get)``: the selector is empty                      (no effect)
empty-selector              warning  ``(~a)``: a selector that allows no command                (no effect)
not-on                      warning  neither ``on`` nor ``off``: the user cannot log in
on-without-keys             warning  commands that need keys, and no keys
default-user-open           warning  everything allowed to the user named ``default``
dangerous-commands          advice   commands of @admin or @dangerous that Serverless runs
channels-open               advice   pub/sub commands, and every channel because no rule says otherwise
first-argument              advice   ``+select|0``: deprecated by the engine
==========================  =======  ====================================================================

``error`` is what the newest engine refuses, where the service may know more than our tables do. Its id is the
code of the error that it becomes when the string is parsed.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ...errors import ACCESS_STRING_CODES
from .inclusion import includes
from .refusal import REMEDIES, nearest, show
from .rules import (
    Pattern,
    Rules,
    Scope,
    allowed_commands,
    is_first_argument,
    is_safe_argument,
    touches,
)
from .words import UNDOCUMENTED, Word

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..commands import CommandTable

#: How many patterns of a scope are held against each other; more are too many to read, too.
_COMPARED = 64

#: For how many unknown names a near one is sought, which takes milliseconds each.
_HINTED = 8


class Finding(NamedTuple):
    """Something worth saying.

    :param id: of the table above; stable.
    :param severity: ``error``: the engine refuses it; ``warning``: surely not meant; ``advice``.
    :param words: the words it is about, as they were written.
    :param position: offset of the first of them in the text, in characters.
    :param message: what it is, in one sentence.
    :param remedy: the way out.
    :param no_effect: the words could be left out and nothing would change.
    :param number: which word of the text the first of them is, from 1.
    :param near: for an unknown name, the word that was perhaps meant; may be empty.
    """

    id: str
    severity: str
    words: tuple[str, ...]
    position: int
    message: str
    remedy: str
    no_effect: bool = False
    number: int = 1
    near: str = ""

    def __str__(self) -> str:
        return f"{self.message}{'; ' if self.remedy else ''}{self.remedy} [{self.id}]"


def findings(
    words: tuple[Word, ...], rules: Rules, table: "CommandTable", user_name: str = ""
) -> tuple[Finding, ...]:
    """Everything worth saying, errors first, each kind in the order of the text.

    :param user_name: the name of the user, for what is only wrong of ``default``.
    """
    found = [*errors(words, rules, table), *_overridden(words, table)]
    for scope in rules.scopes:
        found += [*_covered(scope.keys), *_covered(scope.channels)]
    for word in _all(words):
        found += _about_word(word, table)
    found += _about_user(words, rules, table, user_name)
    levels = ("error", "warning", "advice")
    return tuple(sorted(found, key=lambda finding: (levels.index(finding.severity), finding.position)))


def errors(words: tuple[Word, ...], rules: Rules, table: "CommandTable") -> Iterator[Finding]:
    """What the engine of a table refuses, in the order of the text but for channels, which come last."""
    for at, (name, word, known) in enumerate(_refused(words, rules, table)):
        yield _error(name, word, known if at < _HINTED else ())


def _refused(
    words: tuple[Word, ...], rules: Rules, table: "CommandTable"
) -> Iterator[tuple[str, Word, Iterable[str]]]:
    """Each refused word with its code, and the names it could have been."""
    for word in _all(words):
        if word.kind == "undocumented":
            yield UNDOCUMENTED.get(word.name, "DatabaseRule"), word, ()
        elif word.kind == "category" and word.name != "all" and word.name not in table.categories:
            yield "UnknownCategory", word, (*table.categories, "all")
        elif word.kind == "command" and is_first_argument(word, table):
            if not is_safe_argument(word.argument):
                yield "UnsafeFirstArgument", word, ()
        elif word.kind == "command" and word.name not in table.commands:
            known = word.argument and word.base in table.commands
            yield "UnknownSubcommand" if known else "UnknownCommand", word, table.commands
    for word in rules.dropped:
        yield "ChannelWithoutResetchannels", word, ()


def _error(id: str, word: Word, known: Iterable[str] = ()) -> Finding:
    """A finding of the level ``error``, with the nearest of the known names."""
    name = nearest(word.name, known)
    near = f"{word.text[0]}{'@' if word.kind == 'category' else ''}{name}" if name else ""
    remedy = f"did you mean {show(near)}?" if near else REMEDIES.get(id, "")
    message = f"an access string must {ACCESS_STRING_CODES[id]}, got {show(word.text)}"
    words = (word.text,)
    return Finding(id, "error", words, word.position, message, remedy, number=word.number, near=near)


def _all(words: tuple[Word, ...]) -> Iterator[Word]:
    """The words, and those within selectors after their selector."""
    for word in words:
        yield word
        yield from word.inner


def _warn(
    id: str, words: tuple[Word, ...], message: str, remedy: str, *, level: str = "warning", vain: bool = False
) -> Finding:
    first = words[0] if words else None
    texts = tuple(word.source for word in words)
    position, number = (first.position, first.number) if first else (0, 1)
    return Finding(id, level, texts, position, message, remedy, vain, number)


def _vain(id: str, words: tuple[Word, ...], message: str, remedy: str = "leave it out") -> Finding:
    return _warn(id, words, message, remedy, vain=True)


def _overridden(words: tuple[Word, ...], table: "CommandTable") -> Iterator[Finding]:
    """Words that a later one undoes wholly. Read backwards, so that each word is looked at once."""
    yield from _lost(words)
    yield from _lost_commands(words, table)
    for word in words:
        if word.kind == "selector":
            yield from _lost(word.inner)
            yield from _lost_commands(word.inner, table)


#: Which words a word undoes, by kind.
_UNDOES = {
    "state": ("state",),
    "allkeys": ("key", "allkeys"),
    "resetkeys": ("key", "allkeys"),
    "allchannels": ("channel", "allchannels"),
    "resetchannels": ("channel", "allchannels"),
    "clearselectors": ("selector",),
}


def _lost(words: tuple[Word, ...]) -> Iterator[Finding]:
    undone: dict[str, Word] = {}
    for word in reversed(words):
        by = undone.get(word.kind)
        if by and by.name != word.name:
            yield _vain("rule-overridden", (word, by), _undone(word, by))
        for kind in _UNDOES.get(word.kind, ()):
            undone[kind] = word


def _undone(word: Word, by: Word) -> str:
    return f"{show(word.source)} has no effect: {show(by.text)} after it undoes it"


def _lost_commands(words: tuple[Word, ...], table: "CommandTable") -> Iterator[Finding]:
    seen: dict[str, Word] = {}
    for word in reversed(words):
        if word.kind not in ("command", "category"):
            continue
        every = word.name == "all" and word.kind == "category"
        touched = touches(word, table).union(("future commands",) if every else ())
        # "-@all" is the way to begin: nothing is allowed that isn't named after it.
        if touched and not (every and not word.allow) and seen.keys() >= touched:
            yield _lost_command(word, seen[min(touched)], touched, seen)
        for name in touched - seen.keys():
            seen[name] = word


def _lost_command(word: Word, by: Word, touched: frozenset[str], seen: dict[str, Word]) -> Finding:
    same = all(seen[name].allow == word.allow for name in touched)
    if word.kind == "command" and word.allow and by.kind == "category" and not by.allow:
        remedy = f"put {show(word.text)} after {show(by.text)}, or leave it out"
        return _vain("command-lost-to-category", (word, by), _undone(word, by), remedy)
    message = f"{show(word.text)} has no effect: {show(by.text)} after it says the same" if same else ""
    return _vain("rule-overridden", (word, by), message or _undone(word, by))


def _covered(patterns: tuple[Pattern, ...]) -> Iterator[Finding]:
    few = patterns[:_COMPARED]
    for pattern in few:
        for other in few:
            wider = other.reads >= pattern.reads and other.writes >= pattern.writes
            if other is pattern or not wider or not includes(other.glob, pattern.glob):
                continue
            if includes(pattern.glob, other.glob) and few.index(other) > few.index(pattern):
                continue  # two ways to write one pattern: the later is too much
            words = (pattern.word, other.word)
            message = f"{show(pattern.word.text)} has no effect: {show(other.word.text)} covers it"
            yield _vain("pattern-covered", words, message)
            break


def _about_word(word: Word, table: "CommandTable") -> Iterator[Finding]:
    touched = touches(word, table) if word.kind in ("command", "category") else frozenset()
    if touched and not any(table.commands[name].serverless for name in touched):
        message = f"{show(word.text)} has no effect: ElastiCache Serverless refuses it to everybody"
        yield _vain("refused-by-serverless", (word,), message)
    elif word.kind == "command" and is_first_argument(word, table):
        message = (
            f"{show(word.text)} allows one first argument, which engines call a misuse of access strings"
        )
        yield _warn("first-argument", (word,), message, f"allow {show('+' + word.base)}", level="advice")
    elif word.unbalanced:
        message = f"{show(word.text)} is empty: a quote in it is never closed"
        yield _vain("unbalanced-quote", (word,), message, "close the quote, or leave the selector out")
    elif word.ambiguous:
        message = f"{show(word.text)} is read differently by different engines"
        yield _warn("ambiguous-quotes", (word,), message, "quote whole words, and write odd bytes as \\xff")
    elif word.kind == "selector" and not any(inner.allow and _grants(inner) for inner in word.inner):
        message = f"{show(word.text)} allows no command"
        yield _vain("empty-selector", (word,), message, "allow a command in it, or leave it out")


def _grants(word: Word) -> bool:
    return word.kind in ("command", "category")


def _about_user(
    words: tuple[Word, ...], rules: Rules, table: "CommandTable", user_name: str
) -> Iterator[Finding]:
    if not any(word.kind == "state" for word in words):
        yield _warn(
            "not-on", (), "the user cannot log in: the string has no 'on'", "begin it with on, or off"
        )
    if not rules.enabled:
        return
    allowed = [allowed_commands(scope, table) for scope in rules.scopes]
    keyless = [names for scope, names in zip(rules.scopes, allowed, strict=True) if _has_no_keys(scope)]
    if any(_needs_keys(names, table) for names in keyless) and all(map(_has_no_keys, rules.scopes)):
        message = "commands that need keys are allowed, and no key"
        yield _warn("on-without-keys", (), message, "add a pattern such as ~app:*")
    if user_name == "default" and _is_everything(rules.scopes[0], allowed[0], table):
        message = "everything is allowed to the default user, who needs no name to log in"
        yield _warn(
            "default-user-open", (), message, "make it 'off -@all' and give the rights to other users"
        )
    yield from _advice(words, frozenset().union(*allowed), table)


def _advice(words: tuple[Word, ...], allowed: frozenset[str], table: "CommandTable") -> Iterator[Finding]:
    risky = table.categories["admin"] | table.categories["dangerous"]
    dangerous = sorted(name for name in allowed & risky if "|" not in name)
    if dangerous:
        names = ", ".join(dangerous[:5]) + (", ..." if len(dangerous) > 5 else "")
        message = f"commands of @admin or @dangerous are allowed: {names}"
        yield _warn(
            "dangerous-commands", (), message, "end the rules with -@dangerous -@admin", level="advice"
        )
    said = any("channel" in word.kind for word in _all(words))
    if not said and allowed & {"subscribe", "ssubscribe", "publish", "spublish"}:
        message = "every channel is open, since a user starts with all of them"
        yield _warn(
            "channels-open", (), message, "add resetchannels, or allchannels to say so", level="advice"
        )


def _has_no_keys(scope: Scope) -> bool:
    return not scope.all_keys and not scope.keys


def _needs_keys(names: frozenset[str], table: "CommandTable") -> bool:
    return any(table.commands[name].specs for name in names)


def _is_everything(scope: Scope, allowed: frozenset[str], table: "CommandTable") -> bool:
    served = sum(command.serverless for command in table.commands.values())
    return bool(scope.all_keys) and len(allowed) == served
