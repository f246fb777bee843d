r"""Text into words: what an access string is made of, before anything is known of any engine.

=================================  ==========  ========================================================
word                               kind        meaning
=================================  ==========  ========================================================
``on`` ``off``                     state       may / may not log in; neither is ``off``
``~pattern``                       key         may read and write the keys that match
``%R~p`` ``%W~p`` ``%RW~p``        key         may only read, only write, do both
``allkeys``, ``~*``                allkeys     every key
``resetkeys``                      resetkeys   forgets the keys so far
``&pattern``                       channel     may use the channels that match
``allchannels``, ``&*``            allchannels every channel; so it begins
``resetchannels``                  resetch...  forgets the channels so far
``+command`` ``-command``          command     may / may not run the command and its subcommands
``+command|sub`` ``-command|sub``  command     the same of one subcommand
``+command|argument``              command     may run it with this first argument (deprecated)
``+@category`` ``-@category``      category    the same of every command of the category
``allcommands`` ``nocommands``     category    ``+@all``, ``-@all``
``(words)``                        selector    a second set of rules, tried when those outside don't allow
``clearselectors``                 clearsel... forgets the selectors so far
=================================  ==========  ========================================================

Words are separated by blanks; keywords, commands and categories are read in either case, patterns byte for
byte. Later words win. Within a selector a word may be quoted, ``"a\x29"`` or ``'a'``, as in the server's
configuration file; a quote that is never closed leaves the selector empty. A selector may be spread over
several words: it ends at the first word whose last character is ``)``.

Sources: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Clusters.RBAC.html,
https://valkey.io/topics/acl/, and Valkey 9.1 itself.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from ...errors import AccessStringError
from ..commands import table
from .refusal import nearest, refuse

#: Keywords of one word; each is its own kind, apart from those of :data:`_ALIASES`.
KEYWORDS = ("on", "off", "allkeys", "resetkeys", "allchannels", "resetchannels", "clearselectors")

#: What the engine takes but the service does not document, by the code of the finding.
UNDOCUMENTED = {
    "nopass": "AuthenticationRule",
    "resetpass": "AuthenticationRule",
    "sanitize-payload": "PayloadRule",
    "skip-sanitize-payload": "PayloadRule",
    "alldbs": "DatabaseRule",
    "resetdbs": "DatabaseRule",
}

_ALIASES = {"~*": "allkeys", "&*": "allchannels", "allcommands": "+@all", "nocommands": "-@all"}

#: Takes an error, so that what comes after it is read too.
Report = Callable[[AccessStringError], None]

#: The blanks of C, which are fewer than Python's: a no-break space may stand in a pattern.
BLANKS = " \t\n\r\v\f"
_TO_SPACE = dict.fromkeys(map(ord, BLANKS), " ")
_TO_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}


class Word(NamedTuple):
    """One word, with what it says.

    :param text: as it was written; in a selector, without its quotes.
    :param kind: ``state``, ``key``, ``command`` ... as in the table above; ``undocumented`` for a word of
        :data:`UNDOCUMENTED`.
    :param position: its offset in the text, in characters.
    :param number: which word of the text it is, from 1; that of the selector for the words within one.
    :param allow: for ``on``, ``+``: true.
    :param name: the pattern; the command, category or ``command|sub`` in lower case; the keyword.
    :param argument: what follows ``|``, as written.
    :param reads: for a key pattern, whether it lets keys be read.
    :param writes: for a key pattern, whether it lets keys be written.
    :param inner: the words of a selector.
    :param unbalanced: a selector with a quote that is never closed.
    :param ambiguous: a selector whose quotes engines read differently.
    """

    text: str
    kind: str
    position: int
    number: int
    allow: bool = True
    name: str = ""
    argument: str = ""
    reads: bool = False
    writes: bool = False
    inner: tuple["Word", ...] = ()
    unbalanced: bool = False
    ambiguous: bool = False

    @property
    def base(self) -> str:
        """Of ``config|get``: ``config``."""
        return self.name.partition("|")[0]

    @property
    def source(self) -> str:
        """The word so that it can be read back."""
        if self.kind != "selector":
            return self.text
        return selector_text([word.text for word in self.inner])


def to_bytes(text: str) -> bytes:
    """Text as the server gets it: UTF-8; a surrogate escape stands for the one byte that is not."""
    return text.encode("utf-8", "surrogateescape")


def lower(text: str) -> str:
    """Lower case as the server does it: of A to Z only."""
    return text.translate(_TO_LOWER)


def split(text: str, report: Report | None = None) -> tuple[Word, ...]:
    """Read a text into words.

    :param report: takes the error of a word that can't be read, and the others are read. Default: raise it.
    :raises AccessStringError: for what no engine and no version of the service takes, whatever its commands:
        ``BlankAccessString``, ``UndecodableAccessString``, ``UnmatchedParenthesis``,
        ``PasswordInAccessString``, ``ResetInAccessString``, ``AccessStringSyntax``.
    """
    try:
        text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError as error:
        raise refuse(text, "UndecodableAccessString", error.start, text[error.start], 1) from None
    if "\0" in text:
        raise refuse(text, "AccessStringSyntax", text.index("\0"), "\0", 1)
    if not text.strip(BLANKS):
        raise refuse(text, "BlankAccessString", 0, "", 1)
    return tuple(word for token in _tokens(text) for word in _read(token, report))


def _read(token: "_Token", report: Report | None) -> Iterator[Word]:
    try:
        yield _word(token)
    except AccessStringError as error:
        if report is None:
            raise
        report(error)


class _Token(NamedTuple):
    """A word that is not understood yet, and where it stands.

    :param source: the whole text.
    :param inside: whether it stands in a selector, where neither the state nor selectors can be changed.
    """

    text: str
    position: int
    number: int
    source: str
    inside: bool = False

    def error(self, code: str, near: str = "") -> AccessStringError:
        """The error about this word."""
        return refuse(self.source, code, self.position, self.text, self.number, near)

    def no_rule(self) -> AccessStringError:
        """The error about a word that is no rule at all, with what was perhaps meant."""
        name = lower(self.text)
        near = nearest(name, (*KEYWORDS, *_ALIASES))
        if name in table().commands or (name[:1] == "@" and name[1:] in table().categories):
            near = f"+{self.text}"
        return self.error("AccessStringSyntax", near)


def _tokens(text: str) -> Iterator[_Token]:
    """Words as they stand between blanks, those of one selector joined by single spaces."""
    parts: list[str] = []
    start = first = number = at = 0
    for piece in text.translate(_TO_SPACE).split(" "):
        position, at = at, at + len(piece) + 1
        if not piece:
            continue
        number += 1
        if not parts:
            start, first = position, number
            if piece[0] != "(" or piece[-1] == ")":
                yield _Token(piece, position, number, text)
                continue
        parts.append(piece)
        if len(parts) > 1 and piece[-1] == ")":
            yield _Token(" ".join(parts), start, first, text)
            parts = []
    if parts:
        raise refuse(text, "UnmatchedParenthesis", start, parts[0], first)


def _word(token: _Token) -> Word:
    """Understand one word."""
    text, position, number, _, inside = token
    key = lower(text)
    key = _ALIASES.get(key, key)
    if key[:2] in ("+@", "-@"):
        return _category(token, key)
    if key[:1] in ("+", "-"):
        return _command(token, key)
    if key in ("allkeys", "resetkeys", "allchannels", "resetchannels"):
        return Word(text, key, position, number, name=key)
    if text[:1] in ("~", "%", "&"):
        return _pattern(token)
    if not inside and key in ("on", "off"):
        return Word(text, "state", position, number, key == "on", key)
    if not inside and key == "clearselectors":
        return Word(text, key, position, number, name=key)
    if not inside and text[:1] == "(":
        return _selector(token)
    if (key in UNDOCUMENTED and not inside) or key in ("alldbs", "resetdbs") or key[:3] == "db=":
        return Word(text, "undocumented", position, number, name=key)
    if text[:1] in (">", "<", "#", "!"):
        raise token.error("PasswordInAccessString")
    if key == "reset" and not inside:
        raise token.error("ResetInAccessString")
    raise token.no_rule()


def _category(token: _Token, key: str) -> Word:
    """``+@read``, ``allcommands``."""
    if len(key) == 2:
        raise token.no_rule()
    return Word(token.text, "category", token.position, token.number, key[0] == "+", key[2:])


def _command(token: _Token, key: str) -> Word:
    """``+get``, ``-config|get``. What is wrong with any table of commands is refused here."""
    name, bar, _ = key[1:].partition("|")
    argument = token.text[len(name) + 2 :]
    if not name or (bar and not argument) or "|" in argument:
        raise token.no_rule()
    return Word(token.text, "command", token.position, token.number, key[0] == "+", key[1:], argument)


def _pattern(token: _Token) -> Word:
    """``~p``, ``%R~p``, ``&p``. The server takes ``%R`` without ``~``: the pattern is empty then."""
    text, flags, at = token.text, "RW", 1
    if text[0] == "%":
        flags, tilde, _ = text[1:4].upper().partition("~")
        at = 1 + len(flags) + len(tilde)
        if flags not in ("R", "W", "RW", "WR") or (not tilde and at < len(text)):
            raise token.no_rule()
    pattern = text[at:]
    if any(blank in pattern for blank in BLANKS):  # only a quoted one can hold a blank
        raise token.no_rule()
    kind = "channel" if text[0] == "&" else "key"
    reads, writes = "R" in flags, "W" in flags
    return Word(text, kind, token.position, token.number, name=pattern, reads=reads, writes=writes)


def _selector(token: _Token) -> Word:
    text, position, number, source, _ = token
    words, ambiguous = unquote(text[1:-1])
    if any("\0" in word for word in words or ()):
        raise token.no_rule()
    inner: list[Word] = []
    at = position + 1
    for each in words or ():
        # Where quotes hide what was written, the selector stands for its words.
        at = position if '"' in text or "'" in text else max(source.find(each, at), position)
        inner.append(_word(_Token(each, at, number, source, inside=True)))
        at += len(each)
    word = Word(text, "selector", position, number, inner=tuple(inner), ambiguous=ambiguous)
    return word._replace(unbalanced=words is None)


#: The byte 255, as a surrogate escape.
_DROPPED = "\udcff"

_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "a": "\a"}


def unquote(text: str) -> tuple[list[str] | None, bool]:
    """The words of a selector, as the server's configuration file has them.

    :returns: the words, None where a quote stays open; and whether engines older than Valkey 9.1 read them
        otherwise: they take nothing glued to a quote, and 9.1 leaves the byte 255 out where it is not
        escaped, and takes a backslash before the last character for itself.
    """
    words: list[str] = []
    word: list[str] = []
    ambiguous, begun, quote = False, False, ""
    at = 0
    while at < len(text):
        char, after = text[at], text[at + 1 : at + 2]
        ambiguous = ambiguous or char == _DROPPED
        if not quote and char in BLANKS:
            if begun:
                words.append("".join(word))
            word, begun = [], False
        elif not quote and char in "\"'":
            quote, begun = char, True
        elif char == quote:
            ambiguous = ambiguous or (after != "" and after not in BLANKS)
            quote = ""
        elif quote and char == "\\" and (quote == '"' or after == "'") and at + 2 < len(text):
            at = _escape(text, at + 1, quote, word)
            continue
        elif char != _DROPPED:
            ambiguous = ambiguous or (quote != "" and char == "\\" and after in ("'", '"'))
            word.append(char)
            begun = True
        else:
            begun = True
        at += 1
    if begun:
        words.append("".join(word))
    normal = [to_bytes(each).decode("utf-8", "surrogateescape") for each in words]
    return (None if quote else normal), ambiguous


def _escape(text: str, at: int, quote: str, word: list[str]) -> int:
    """Add the character that a backslash before an offset makes; the offset after it."""
    if quote == '"' and text[at] == "x" and _is_hex(text[at + 1 : at + 3]):
        byte = int(text[at + 1 : at + 3], 16)
        word.append(chr(byte) if byte < 128 else chr(0xDC00 + byte))  # a surrogate escape
        return at + 3
    char = _ESCAPES.get(text[at], text[at]) if quote == '"' else text[at]
    word.append("" if char == _DROPPED else char)
    return at + 1


def _is_hex(text: str) -> bool:
    return len(text) == 2 and all(char in "0123456789abcdefABCDEF" for char in text)


def selector_text(words: list[str]) -> str:
    """A selector that holds these words, each quoted where it would be read otherwise."""
    last = len(words) - 1
    quoted = [_quote(word) if _needs_quotes(word, at == last) else word for at, word in enumerate(words)]
    return f"({' '.join(quoted)})"


def _needs_quotes(word: str, last: bool) -> bool:
    return any(char in word for char in "\"'" + _DROPPED + BLANKS) or (word[-1] == ")" and not last)


def _quote(word: str) -> str:
    for char in '\\"':
        word = word.replace(char, "\\" + char)
    for blank in BLANKS:  # by its number: a selector is split at blanks before its quotes are seen
        word = word.replace(blank, f"\\x{ord(blank):02x}")
    word = word.replace(_DROPPED, "\\xff")
    return f'"{word}"'
