"""Dynamic references: ``{{resolve:SERVICE:...}}``, a value that AWS puts in at deployment.

We never contact AWS, so a reference stays what it is, typed, until somebody who has local values answers it.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
"""

from collections.abc import Callable
from typing import NamedTuple

from .placeholders import Placeholder, derived

_OPEN, _CLOSE = "{{resolve:", "}}"
SERVICES = ("secretsmanager", "ssm", "ssm-secure")


class DynamicReference(NamedTuple):
    """One reference. It names a secret and holds none, so it may be shown.

    :param service: ``secretsmanager``, ``ssm`` or ``ssm-secure``.
    :param id: name or ARN of the secret, or name of the parameter.
    :param json_key: member of the secret's JSON that is meant. Default: the whole secret string.
    :param version: version number, stage or id, as written. Default: the current one.
    """

    service: str
    id: str
    json_key: str = ""
    version: str = ""

    def __str__(self) -> str:
        return f"{self.service} {self.id}" + (f" (key {self.json_key})" if self.json_key else "")


#: Answers a reference with its local value, or ``None`` where there is none.
Lookup = Callable[[DynamicReference], str | None]


class UnknownReferenceError(LookupError):
    """A text holds a reference that nobody answers, or that can't be read.

    :param reference: the reference, or its text where it can't be read.
    """

    def __init__(self, reference: DynamicReference | str) -> None:
        super().__init__(str(reference))
        self.reference = reference


class Confidential:
    """A text that may hold secrets, or references to them: a password, a secret string.

    Neither ``repr`` nor ``str`` shows any of it.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        count = len(self.references)
        if count:
            return f"<text with {count} dynamic reference{'s' if count > 1 else ''}>"
        return f"<text of {len(self._text)} characters>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Confidential) and other._text == self._text

    def __hash__(self) -> int:
        return hash(self._text)

    @property
    def references(self) -> tuple[DynamicReference, ...]:
        """What must be answered before the text has a value. Unreadable references are left out."""
        return tuple(part for part in split(self._text) if isinstance(part, DynamicReference))

    @property
    def literal(self) -> str | None:
        """The text itself where the template alone decides it, else ``None``: for rules, never for show."""
        return None if self.references or isinstance(self._text, Placeholder) else self._text

    def reveal(self, lookup: Lookup) -> str:
        """The text itself, each reference answered by ``lookup``.

        :raises UnknownReferenceError: where ``lookup`` has no answer.
        """
        return fill(self._text, lookup)


def fill(text: str, lookup: Lookup) -> str:
    """Put the answer of ``lookup`` in the place of each reference of ``text``.

    :raises UnknownReferenceError: where there is none, or the reference can't be read.
    """
    parts = split(text, strict=True)
    answers = [part if isinstance(part, str) else _answer(part, lookup) for part in parts]
    return derived("".join(answers), answers)


def member(value: str, key: str) -> str | None:
    """A member of a secret's JSON, as text; ``None`` where there is no such member, or no JSON."""
    import json

    try:
        tree = json.loads(value)
    except (ValueError, RecursionError):
        return None
    found = tree.get(key) if isinstance(tree, dict) else None
    return found if isinstance(found, str) or found is None else json.dumps(found)


def split(text: str, *, strict: bool = False) -> list[str | DynamicReference]:
    """Cut a text into plain parts and references.

    :param strict: refuse what looks like a reference and isn't one, instead of leaving it as text.
    :raises UnknownReferenceError: for such a thing.
    """
    parts: list[str | DynamicReference] = []
    end = 0
    while (start := text.find(_OPEN, end)) >= 0:
        close = text.find(_CLOSE, start)
        body = text[start + len(_OPEN) : close if close >= 0 else None]
        reference = _read(body) if close >= 0 else None
        if reference is None and strict:
            # Up to the id only: what a broken reference goes on with may be anything.
            raise UnknownReferenceError(_OPEN + body.partition(":")[0] + ":…")
        parts += [text[end:start]] if start > end else []
        end = close + len(_CLOSE) if close >= 0 else len(text)
        parts.append(reference or text[start:end])
    return [*parts, text[end:]] if end < len(text) else parts


def _answer(reference: DynamicReference, lookup: Lookup) -> str:
    value = lookup(reference)
    if value is None:
        raise UnknownReferenceError(reference)
    return value


def _read(body: str) -> DynamicReference | None:
    service, _, rest = body.partition(":")
    if service not in SERVICES or not rest:
        return None
    if service != "secretsmanager":
        name, _, version = rest.partition(":")
        return DynamicReference(service, name, version=version) if name else None
    # secret-id:SecretString:json-key:version-stage:version-id, where the id is a name or a whole ARN.
    fields = rest.split(":")
    width = 7 if rest.startswith("arn:") else 1
    name = ":".join(fields[:width])
    kind, key, stage, version = (fields[width:] + [""] * 4)[:4]
    if not name or kind not in ("", "SecretString") or len(fields) > width + 4:
        return None
    return DynamicReference(service, name, json_key=key, version=stage or version)
