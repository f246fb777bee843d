"""An access string as a value."""

from collections.abc import Iterable
from typing import Any

from ...errors import AccessStringError, ArgumentTypeError
from ..commands import table
from ..engines import CacheEngine
from . import canonical
from .build import Texts, build
from .compare import Difference, compare
from .decide import Decision, decide, to_words
from .findings import Finding, errors, findings
from .refusal import first_secret, refuse
from .rules import Rules, fold
from .summary import Summary, summarize
from .words import Word, selector_text, split

#: The newest Valkey.
NEWEST = "valkey"


class AccessString:
    """What a user may do: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Clusters.RBAC.html.

    Immutable; equal when the words are equal. ``str(a)`` is the normalised text, with single blanks;
    ``AccessString.parse(str(a)) == a``. Make one with :meth:`parse`, :meth:`read`, :meth:`build`,
    :meth:`read_only` or :meth:`disabled`.
    """

    __slots__ = ("_rules", "_text", "_words", "text")

    #: The text exactly as it was given.
    text: str
    _words: tuple[Word, ...]
    _rules: Rules
    _text: str

    def __init__(self, text: str) -> None:
        put = object.__setattr__
        put(self, "text", text)
        put(self, "_words", split(text))
        put(self, "_rules", fold(text, self._words))
        put(self, "_text", " ".join(word.source for word in self._words))

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"an AccessString is immutable: {name} cannot be set")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"an AccessString is immutable: {name} cannot be deleted")

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return type(self), (self.text,)  # copied and pickled by its text

    @classmethod
    def read(cls, text: str | bytes) -> "AccessString":
        """Read what any version of the service might accept.

        What only the newest engine we know refuses, such as a command that our tables lack, is a finding of
        the level ``error`` (:meth:`findings`); such a word counts for nothing.

        :param text: the access string; bytes are read as UTF-8.
        :raises AccessStringError: what every version refuses: words that are no rule, passwords, ``reset``,
            parentheses left open, patterns after every key or channel was allowed.
        :raises ArgumentTypeError: neither text nor bytes.
        """
        if isinstance(text, bytes):
            text = text.decode("utf-8", "surrogateescape")
        if not isinstance(text, str):
            kind = type(text).__name__
            message = f"access_string must be text, got {kind}"
            raise ArgumentTypeError("WrongType", message, parameter="access_string", value=text)
        return cls(text)

    @staticmethod
    def mistakes(text: str) -> tuple[AccessStringError, ...]:
        """Every reason for which :meth:`read` would refuse a text, in its order; none where it can be read.

        Behind a password nothing is told: it may hold blanks, and what seems a word be a part of it.
        """
        found: list[AccessStringError] = []
        try:
            fold(text, split(text, found.append), found.append)
        except AccessStringError as error:  # of the whole text
            found.append(error)
        secret = first_secret(text)
        shown = (error for error in found if secret is None or error.position <= secret)
        return tuple(sorted(shown, key=lambda error: error.position))

    @classmethod
    def parse(cls, text: str | bytes) -> "AccessString":
        """Read an access string and refuse what the newest engine refuses.

        :param text: the access string; bytes are read as UTF-8.
        :raises AccessStringError: as :meth:`read`, and for unknown commands and categories, ``&news``
            without ``resetchannels`` before it, and words that ElastiCache does not document.
        :raises ArgumentTypeError: neither text nor bytes.
        """
        made = cls.read(text)
        found = next(errors(made._words, made._rules, table(NEWEST)), None)
        if found:
            raise refuse(made.text, found.id, found.position, found.words[0], found.number, found.near)
        return made

    @classmethod
    def build(
        cls,
        *,
        allow: Texts = (),
        deny: Texts = (),
        keys: Texts = (),
        read_keys: Texts = (),
        write_keys: Texts = (),
        channels: Texts = (),
        also: "Iterable[AccessString]" = (),
        enabled: bool = True,
    ) -> "AccessString":
        """Make an access string from what is meant; nothing is allowed that isn't named.

        :param allow: commands, subcommands and categories: ``"get"``, ``"cluster|slots"``, ``"@read"``.
        :param deny: those taken away from ``allow`` again.
        :param keys: patterns of keys to read and write; ``"*"`` for every key.
        :param read_keys: patterns of keys to read only.
        :param write_keys: patterns of keys to write only.
        :param channels: patterns of channels; ``"*"`` for every channel.
        :param also: further rules, each with commands and keys of its own, whether on or off; a command line
            is allowed where one of them, or the rules here, allow all of it.
        :param enabled: whether the user may log in. Default: yes.
        :raises AccessStringError: ``UnknownCommand``, ``UnknownCategory``.
        :raises ValidationError: ``BlankInRule``, ``CommandName``, ``RedundantPattern``.
        :raises ArgumentTypeError: an argument of another type.
        """
        scopes = [scope for each in _listed("also", also) for scope in each._rules.scopes]
        selectors = [selector_text(canonical.words(scope, table(NEWEST))) for scope in scopes]
        text = build(
            allow=allow,
            deny=deny,
            keys=keys,
            read_keys=read_keys,
            write_keys=write_keys,
            channels=channels,
            also=selectors,
            enabled=enabled,
        )
        return cls.parse(text)

    @classmethod
    def read_only(cls, *patterns: str) -> "AccessString":
        """Run every command that only reads, on keys that match one of the patterns, or on every key.

        :param patterns: patterns of keys. Default: every key.
        """
        return cls.build(allow="@read", deny=("@dangerous", "@admin"), read_keys=patterns or "*")

    @classmethod
    def disabled(cls) -> "AccessString":
        """Cannot log in and may do nothing: what to give to the user named ``default``."""
        return cls.parse("off -@all")

    def __str__(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return f"AccessString.read({self._text!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AccessString) and self._text == other._text

    def __hash__(self) -> int:
        return hash(self._text)

    def canonical(self, engine: "CacheEngine | str" = NEWEST, *, modules: bool = True) -> str:
        """The text as an engine shows it: flags, keys, channels, commands, selectors.

        Words that the engine refuses are left out.

        :param modules: whether to name commands and categories of JSON and Bloom, which a plain server does
            not have. Default: yes.
        """
        return canonical.canonical(self._rules, table(engine), modules=modules)

    def module_words(self, engine: "CacheEngine | str" = NEWEST) -> tuple[str, ...]:
        """The words about commands and categories of JSON and Bloom: what ``modules=False`` leaves out."""
        return canonical.module_words(self._rules, table(engine))

    def allows(self, command: str, *args: object, engine: "CacheEngine | str" = NEWEST) -> Decision:
        """Whether ElastiCache Serverless lets the user run a command line.

        :param command: its name: ``"GET"``; of a subcommand the container's, and the rest in ``args``.
        :param args: text, bytes or numbers, as a client would send them. Their number is checked, so that an
            assertion about a misspelled line cannot pass.
        :param engine: a :class:`~cdk_elasticache.model.engines.CacheEngine` or its text. Default: the newest
            Valkey.
        :raises ValidationError: ``UnknownCommand``: neither this engine nor the newest has it;
            ``WrongNumberOfArguments``; ``UnknownEngine``.
        :raises ArgumentTypeError: an argument that is none of these.
        """
        words = to_words(command, args)
        commands = table(engine)
        if not commands.find(words) and (newer := table(NEWEST).find(words)):
            reason = f"{commands.server} {commands.version} has no command '{newer.name}'"
            return Decision(False, reason, "engine", name=newer.name)
        return decide(self._rules, words, commands)

    def difference(self, other: "AccessString", engine: "CacheEngine | str" = NEWEST) -> Difference:
        """What this allows and another doesn't, on ElastiCache Serverless.

        :returns: false when it is proved that there is nothing; else a command line as witness, or
            ``outcome == "undecided"``. The search is bounded.
        """
        return Difference("none") if self == other else compare(self._rules, other._rules, table(engine))

    def __le__(self, other: "AccessString") -> bool:
        """Whether it is proved that this allows nothing that the other doesn't, on the newest engine."""
        if not isinstance(other, AccessString):
            return NotImplemented
        return not self.difference(other)

    def findings(self, *, user_name: str = "", engine: "CacheEngine | str" = NEWEST) -> tuple[Finding, ...]:
        """Everything worth saying about it: mistakes, rules without effect, advice.

        :param user_name: the name of the user, for what is only wrong of ``default``. Default: any other.
        """
        return findings(self._words, self._rules, table(engine), user_name)

    def summary(self, engine: "CacheEngine | str" = NEWEST) -> Summary:
        """What it allows in total."""
        return summarize(self._rules, table(engine))


def _listed(parameter: str, given: object) -> "list[AccessString]":
    """Several access strings as a list.

    :raises ArgumentTypeError: ``WrongType`` for anything else.
    """
    several = isinstance(given, Iterable) and not isinstance(given, str | bytes)
    found: list[Any] = list(given) if several else [given]  # type: ignore[call-overload]  # it can be iterated
    wrong = [item for item in found if not (several and isinstance(item, AccessString))]
    if wrong:
        kind = type(wrong[0]).__name__  # and no more of it: it may be the text of an access string
        message = f"{parameter} must be a list, each of it an AccessString, got {kind}"
        raise ArgumentTypeError("WrongType", message, parameter=parameter, value=kind)
    return found
