"""Which thing a person means by a word."""

from collections.abc import Iterable, Mapping
from typing import Any

from .faults import LocalError


def named(word: str, entries: Iterable[Mapping[str, Any]], *, what: str) -> Mapping[str, Any]:
    """The entry that a person means: by name or id, ARN, logical id or construct path.

    :param entries: each with some of ``name``, ``id``, ``arn``, ``logical_id`` and ``path``.
    :param what: the parameter's name, for errors.
    :raises LocalError: ``UnknownName`` or ``AmbiguousName``, with the candidates.
    """
    every = list(entries)
    exact = [one for one in every if one["arn"] == word]
    found = exact or [one for one in every if word and _is_called(one, word)]
    if len(found) == 1:
        return found[0]
    if found:
        candidates = ", ".join(str(one["arn"]) for one in found)
        message = f"{what} must name one thing, got {word!r}; it may be {candidates}"
        raise LocalError("AmbiguousName", message, parameter=what, value=word)
    candidates = ", ".join(str(one.get("id") or one.get("name") or one["arn"]) for one in every) or "none"
    message = f"{what} must name one that is declared, got {word!r}; there are {candidates}"
    raise LocalError("UnknownName", message, parameter=what, value=word)


def _is_called(one: Mapping[str, Any], word: str) -> bool:
    """Names and ids are stored in lower case, so they are compared that way; the template's own keys are not."""
    names = (str(one.get(key, "")).lower() for key in ("name", "id"))
    return word.lower() in names or word in (one.get("logical_id"), one.get("path"), _short_path(one))


def _short_path(one: Mapping[str, Any]) -> str:
    """The construct's own path: the CDK's main resource is called ``Resource`` below it."""
    return str(one.get("path", "")).removesuffix("/Resource")
