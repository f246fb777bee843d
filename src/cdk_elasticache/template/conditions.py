"""Conditions: what their expressions come to.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-conditions.html
"""

from collections.abc import Sequence

from . import functions
from .environment import Environment, as_text
from .location import Location
from .parse import Tree
from .placeholders import Placeholder, PlaceholderList


def truth(environment: Environment, expression: Tree, location: Location) -> bool | None:
    """The truth of a condition's expression: these functions make it, and no other."""
    if isinstance(expression, dict) and len(expression) == 1:
        name, argument = next(iter(expression.items()))
        at = location.key(name)
        if name == "Condition":
            return environment.condition(argument, at)
        if name == "Fn::Equals":
            one, other = (
                functions.resolve(environment, side, at) for side in functions.list_of(argument, at, 2, 2)
            )
            if environment.guess and (_is_unknown(one) or _is_unknown(other)):
                return None
            return bool(_comparable(one) == _comparable(other))
        if name in ("Fn::And", "Fn::Or", "Fn::Not"):
            with environment.descend(at):
                least, most = (1, 1) if name == "Fn::Not" else (2, 10)
                sides = functions.list_of(argument, at, least, most)
                truths = [truth(environment, side, at.item(index)) for index, side in enumerate(sides)]
                return _COMBINE[name](truths)
    rule = "be Fn::And, Fn::Equals, Fn::Not, Fn::Or or Condition"
    raise location.refuse("InvalidCondition", rule, expression)


def _not(truths: Sequence[bool | None]) -> bool | None:
    return None if truths[0] is None else not truths[0]


def _and(truths: Sequence[bool | None]) -> bool | None:
    return False if False in truths else None if None in truths else True


def _or(truths: Sequence[bool | None]) -> bool | None:
    return True if True in truths else None if None in truths else False


#: Of three values: ``None`` is what only a deployment decides.
_COMBINE = {"Fn::And": _and, "Fn::Not": _not, "Fn::Or": _or}


def _is_unknown(value: Tree) -> bool:
    return isinstance(value, (Placeholder, PlaceholderList)) or (
        isinstance(value, list) and any(map(_is_unknown, value))
    )


def _comparable(value: Tree) -> Tree:
    # Parameters are text, so 1 and "1", true and "true" have to be the same.
    return as_text(value, Location(""), None) if isinstance(value, (int, float)) else value
