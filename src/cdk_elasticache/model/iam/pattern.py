"""Wildcards and policy variables: what the texts of a policy match.

``*`` stands for any characters, ``?`` for one, and ``${key}`` for what the request has under a key; ``${*}``,
``${?}`` and ``${$}`` are the characters themselves, and ``${key, 'default'}`` names what to take where the request
lacks the key. There are no variables before version 2012-10-17 of the policy language.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

from collections.abc import Callable, Sequence

#: A text ready to match: single characters that stand for themselves, and the wildcards below.
Pattern = Sequence[str]

#: Any characters, or none; any but a colon; one; one but a colon. Longer than a character, so never one.
ANY, ANY_WITHIN, ONE, ONE_WITHIN = "any", "any within", "one", "one within"
_MANY = {ANY, ANY_WITHIN}

#: What the request has under a key: its values, none, or ``None`` where we can't know.
LookUp = Callable[[str], tuple[str, ...] | None]


class Unresolved(Exception):  # noqa: N818 - says what is unresolved; it is no mistake
    """A key that has no value.

    :param known: whether the request surely lacks it; False: what follows from it can't be known.
    :param why: why that can't be known.
    """

    def __init__(self, key: str, known: bool, why: str = "isn't known here") -> None:
        super().__init__(key)
        self.key = key
        self.known = known
        self.why = why


def compile_pattern(text: str, look_up: LookUp | None = None, *, wildcards: bool = True) -> list[str]:
    """Make a text ready to match.

    :param look_up: where variables get their values. Default: the text has none.
    :param wildcards: whether ``*`` and ``?`` are any.
    :raises Unresolved: a variable has no value.
    """
    head, *variables = [text] if look_up is None else text.split("${")
    tokens = _tokens(head, wildcards)
    for piece in variables:
        variable, closed, rest = piece.partition("}")
        if closed and look_up is not None:
            tokens += [*_value(variable, look_up), *_tokens(rest, wildcards)]
        else:
            tokens += ["$", "{", *_tokens(piece, wildcards)]
    return tokens


def _tokens(text: str, wildcards: bool) -> list[str]:
    return [{"*": ANY, "?": ONE}.get(character, character) for character in text] if wildcards else [*text]


def _value(variable: str, look_up: LookUp) -> str:
    if variable in {"*", "?", "$"}:
        return variable
    key, comma, default = variable.partition(",")
    values = look_up(key.strip())
    if values is None:
        raise Unresolved(key.strip(), known=False)
    if len(values) == 1:
        return values[0]
    if comma:
        return default.strip().removeprefix("'").removesuffix("'")
    # A key with several values can't be a variable, and one without any has no value that something could equal.
    raise Unresolved(key.strip(), known=True)


def compile_arn(text: str, look_up: LookUp | None = None) -> list[str]:
    """Make an ARN of a ``Resource`` element ready to match.

    A wildcard stays within its segment, unless it is the last character of it: then it may reach beyond. An ARN with
    fewer than six parts stands for all that begin with them.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html

    :raises Unresolved: a variable has no value.
    """
    whole = f"{text}:*" if text.startswith("arn:") and text.count(":") < 5 else text
    tokens = compile_pattern(whole, look_up)
    ends = [*tokens[1:], ":"]
    return [
        ONE_WITHIN if token == ONE else ANY_WITHIN if token == ANY and end != ":" else token
        for token, end in zip(tokens, ends, strict=True)
    ]


def has_wildcard_type(arn: str) -> bool:
    """Whether the resource type of an ARN is a word with a wildcard in it, as in ``server*:shop`` or ``u*``.

    AWS allows none there, and doesn't say what such an ARN matches. A lone ``*`` stands for the whole resource.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html#arns-paths-wildcards
    """
    parts = arn.split(":", 6)
    if len(parts) < 6:
        return False
    kind = parts[5].partition("/")[0]
    return kind not in {"*", ""} and "${" not in kind and ("*" in kind or "?" in kind)


def has_wildcard_service(arn: str) -> bool:
    """Whether the service of an ARN holds a wildcard, as in ``arn:aws:elasti*:...``, where AWS allows none.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
    """
    parts = arn.split(":", 3)
    return len(parts) > 3 and ("*" in parts[2] or "?" in parts[2])


def segments(tokens: Pattern) -> list[Pattern]:
    """The six parts of an ARN's pattern, or fewer."""
    parts: list[list[str]] = [[]]
    for one in tokens:
        if one == ":" and len(parts) < 6:
            parts.append([])
        else:
            parts[-1].append(one)
    return list(parts)


def matches(pattern: Pattern, text: str) -> bool:
    """Whether the whole text matches. Takes at most their lengths' product, however many wildcards."""
    places = _reachable(pattern, {0})
    for character in text:
        places = _reachable(pattern, {at for place in places for at in _step(pattern, place, character)})
    return len(pattern) in places


def _step(pattern: Pattern, place: int, character: str) -> tuple[int, ...]:
    """Where in the pattern one may be after a character."""
    token = pattern[place] if place < len(pattern) else ""
    if token in _MANY:
        return (place,) if token == ANY or character != ":" else ()
    passes = token in (character, ONE) or (token == ONE_WITHIN and character != ":")
    return (place + 1,) if passes else ()


def _reachable(pattern: Pattern, places: set[int]) -> set[int]:
    """These places, and those behind wildcards that may stand for nothing."""
    found = set(places)
    for place in places:
        at = place
        while at < len(pattern) and pattern[at] in _MANY and at + 1 not in found:
            at += 1
            found.add(at)
    return found
