"""Conditions: operators, and when a block of them holds.

=====================  ==================  =======================================================
operators              values              compared
=====================  ==================  =======================================================
String…                text                as it is; Like with wildcards; IgnoreCase without case
Arn…                   text                segment by segment, with wildcards, Equals as Like
Numeric…               numbers             as numbers
Date…                  ISO 8601, or epoch  as instants; no zone: UTC
Bool                   true, false         without case
BinaryEquals           base64              as it is
IpAddress…             CIDR, or address    as an address within a network
Null                   true, false         whether the request lacks the key
=====================  ==================  =======================================================

All operators and all their keys must hold; one of the values will do, or none of them where the operator says
Not. A key that the request lacks meets no operator but those with Not, with ``IfExists`` and with
``ForAllValues:``. Source:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html and
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from . import instant
from .pattern import LookUp, Pattern, Unresolved, compile_pattern, matches, segments


class Operator(NamedTuple):
    """How to compare.

    :param meets: whether what the request has meets a value of the policy. Raises ``ValueError`` where the first
        is not of the operator's type.
    :param read: raises ``ValueError`` where a value of a policy is not of the operator's type. Default: any is.
    :param negated: whether it is to hold where no value is met.
    :param wildcards: whether values of a policy are patterns; they are plain text else.
    """

    meets: Callable[[str, Any], bool]
    read: Callable[[str], object] = str
    negated: bool = False
    wildcards: bool = False


class Condition(NamedTuple):
    """One operator on one key.

    :param words: the operator as the policy has it.
    :param quantifier: ``ForAllValues``, ``ForAnyValue`` or ``""``.
    :param if_exists: whether it holds where the request lacks the key.
    """

    words: str
    key: str
    values: tuple[str, ...]
    operator: Operator
    quantifier: str = ""
    if_exists: bool = False

    def __str__(self) -> str:
        return f"{self.words} {self.key}"


def find_operator(words: str) -> tuple[Operator, str, bool]:
    """The operator, the quantifier and whether there is an IfExists; all of them are read without case.

    :raises KeyError: there is no such operator.
    """
    if words.lower() == "null":
        return _NULL, "", False
    prefix, _, name = words.rpartition(":")
    base = name.lower().removesuffix("ifexists")
    return _OPERATORS[base], _QUANTIFIERS[prefix.lower()], base != name.lower()


def holds(condition: Condition, look_up: LookUp, variables: LookUp | None) -> bool:
    """Whether a condition holds.

    :param variables: where policy variables get their values; ``None``: the policy has none.
    :raises Unresolved: that depends on what we can't know: a key, a variable, or a value that can't be read.
    """
    present = look_up(condition.key)
    if present is None:
        raise Unresolved(condition.key, known=False)
    for value in condition.values:
        if not _is_readable(condition.operator, value):
            raise Unresolved(repr(value)[:100], known=False)
    if condition.operator is _NULL:
        return str(not present).lower() in [value.lower() for value in condition.values]
    every = condition.quantifier == "ForAllValues" or (
        condition.operator.negated and not condition.quantifier
    )
    if not present:
        if condition.if_exists and condition.quantifier == "ForAnyValue":
            # IfExists is true without the key and ForAnyValue false; of the two together AWS says nothing.
            raise Unresolved(condition.key, known=False, why="the request lacks")
        return every or condition.if_exists
    wanted, unknown = _wanted(condition, variables)
    answers = [_compare(condition.operator, value, wanted, unknown is not None) for value in present]
    answer = _all(answers) if every else _any(answers)
    if answer is None and unknown is not None:
        raise unknown
    return bool(answer)


def _wanted(condition: Condition, variables: LookUp | None) -> tuple[list[Pattern], Unresolved | None]:
    """The values of a policy, ready to compare, and a variable of which we can't know the value.

    A value with a variable that has none in this request is left out: nothing equals it or is like it, so inverted
    operators hold against it and the others don't.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
    """
    wanted: list[Pattern] = []
    unknown = None
    for value in condition.values:
        try:
            pattern = compile_pattern(value, variables, wildcards=condition.operator.wildcards)
        except Unresolved as unresolved:
            unknown = unknown if unresolved.known else unresolved
        else:
            wanted.append(pattern if condition.operator.wildcards else "".join(pattern))
    return wanted, unknown


def _all(answers: Sequence[bool | None]) -> bool | None:
    return False if False in answers else None if None in answers else True


def _any(answers: Sequence[bool | None]) -> bool | None:
    return True if True in answers else None if None in answers else False


def _is_readable(operator: Operator, value: str) -> bool:
    """Whether a policy's value is of the operator's type. A made-up one of another service's resource may not be."""
    try:
        operator.read(value)
    except ValueError:
        return False
    return True


def _compare(operator: Operator, value: str, wanted: Sequence[Pattern], unknown: bool) -> bool | None:
    """Whether a value of the request meets the policy's; ``None`` where that depends on one that isn't known."""
    try:
        met = any(operator.meets(value, one) for one in wanted)
    except ValueError:
        return False
    return None if unknown and not met else met is not operator.negated


def _same(value: str, wanted: str) -> bool:
    return value == wanted


def _same_but_case(value: str, wanted: str) -> bool:
    return value.lower() == wanted.lower()


def _like(value: str, wanted: Pattern) -> bool:
    return matches(wanted, value)


def _arn_like(value: str, wanted: Pattern) -> bool:
    parts, patterns = value.split(":", 5), segments(wanted)
    return len(parts) == len(patterns) == 6 and all(map(matches, patterns, parts))


def _in_network(value: str, wanted: str) -> bool:
    from ipaddress import ip_address, ip_network  # noqa: PLC0415 (slow to import, and rarely needed)

    return ip_address(value) in ip_network(wanted, strict=False)


def _network(value: str) -> object:
    from ipaddress import ip_network  # noqa: PLC0415 (slow to import, and rarely needed)

    return ip_network(value, strict=False)


def _number(value: str) -> float:
    if value.strip("+-.0123456789Ee"):  # float() also takes nan, infinity and 1_000
        raise ValueError(value)
    return float(value)


def _boolean(value: str) -> None:
    if value.lower() not in {"true", "false"}:
        raise ValueError(value)


def _base64(value: str) -> bytes:
    from base64 import b64decode  # noqa: PLC0415 (rarely needed)

    return b64decode(value, validate=True)


def _ordered(read: Callable[[str], float], name: str, compare: Callable[[float, float], bool]) -> Operator:
    return Operator(lambda value, wanted: compare(read(value), read(wanted)), read, name == "notequals")


def _orders() -> Iterator[tuple[str, Operator]]:
    """The operators of numbers and dates: the same six for either."""
    for family, read in (("numeric", _number), ("date", instant.read)):
        for name, compare in _COMPARISONS.items():
            yield family + name, _ordered(read, name, compare)


def _with_negation(name: str, negation: str, operator: Operator) -> dict[str, Operator]:
    return {name: operator, negation: operator._replace(negated=True)}


_NULL = Operator(_same_but_case, _boolean)
_QUANTIFIERS = {"": "", "forallvalues": "ForAllValues", "foranyvalue": "ForAnyValue"}
_COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "equals": lambda value, wanted: value == wanted,
    "notequals": lambda value, wanted: value == wanted,
    "lessthan": lambda value, wanted: value < wanted,
    "lessthanequals": lambda value, wanted: value <= wanted,
    "greaterthan": lambda value, wanted: value > wanted,
    "greaterthanequals": lambda value, wanted: value >= wanted,
}
_OPERATORS = {
    **_with_negation("stringequals", "stringnotequals", Operator(_same)),
    **_with_negation("stringequalsignorecase", "stringnotequalsignorecase", Operator(_same_but_case)),
    **_with_negation("stringlike", "stringnotlike", Operator(_like, wildcards=True)),
    **_with_negation("arnequals", "arnnotequals", Operator(_arn_like, wildcards=True)),
    **_with_negation("arnlike", "arnnotlike", Operator(_arn_like, wildcards=True)),
    **_with_negation("ipaddress", "notipaddress", Operator(_in_network, _network)),
    **dict(_orders()),
    "bool": Operator(_same_but_case, _boolean),
    "binaryequals": Operator(_same, _base64),
}
