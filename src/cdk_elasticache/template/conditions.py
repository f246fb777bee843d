"""Conditions: what their expressions come to.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-conditions.html
"""

from collections.abc import Iterable

from . import functions
from .environment import Environment, as_text
from .location import Location
from .parse import Tree


def truth(environment: Environment, expression: Tree, location: Location) -> bool:
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
            return bool(_comparable(one) == _comparable(other))
        if name in ("Fn::And", "Fn::Or", "Fn::Not"):
            with environment.descend(at):
                least, most = (1, 1) if name == "Fn::Not" else (2, 10)
                sides = functions.list_of(argument, at, least, most)
                truths = (truth(environment, side, at.item(index)) for index, side in enumerate(sides))
                return {"Fn::And": all, "Fn::Or": any}.get(name, _not)(truths)
    rule = "be Fn::And, Fn::Equals, Fn::Not, Fn::Or or Condition"
    raise location.refuse("InvalidCondition", rule, expression)


def _not(truths: Iterable[bool]) -> bool:
    return not any(truths)


def _comparable(value: Tree) -> Tree:
    # Parameters are text, so 1 and "1", true and "true" have to be the same.
    return as_text(value, Location(""), None) if isinstance(value, (int, float)) else value
