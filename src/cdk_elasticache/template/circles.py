"""Resources that wait for one another, which CloudFormation refuses.

They wait by ``DependsOn``, ``Ref``, ``Fn::GetAtt`` and ``Fn::Sub``.
Of ``Fn::If`` only the side that is taken counts. Only what a resource of ours waits for is looked at.
"""

import re
from collections.abc import Iterator

from ..errors import TemplateError
from .location import Literal, Location
from .parse import Tree
from .resource import Refuse, pass_over
from .schema import SCHEMAS
from .stack import Stack

_VARIABLE = re.compile(r"\$\{([^!}.][^}.]*)")


def refuse_circles(stack: Stack, refuse: Refuse) -> None:
    """Refuse each resource of ours that waits for itself, by whatever way."""
    done: set[str] = set()
    for resource in stack.resources(SCHEMAS, pass_over):
        circle = _circle(stack, resource.logical_id, done)
        if circle:
            location = Location(resource.location.owner)
            got = Literal(" -> ".join(circle))
            refuse(location.refuse("CircularReference", "not wait for itself", got), resource.place)


def _circle(stack: Stack, start: str, done: set[str]) -> list[str]:
    """The first circle on the ways from ``start``; none where all are ``done``, to which it adds."""
    way: dict[str, Iterator[str]] = {}
    rest = iter([start])
    while True:
        following = next(rest, None)
        if following in way:
            names = list(way)
            done.update(names)  # a circle is told once
            return [*names[names.index(following) :], following]
        if following is not None:
            if following not in done:
                way[following] = rest = _awaited(stack, following)
        elif way:
            done.add(way.popitem()[0])
            rest = next(reversed(way.values()), iter(()))
        else:
            return []


def _awaited(stack: Stack, name: str) -> Iterator[str]:
    body = stack.bodies[name]
    depends_on = body.get("DependsOn", [])
    named = depends_on if isinstance(depends_on, list) else [depends_on]
    for other in (*named, *_references(stack, body.get("Properties"))):
        if isinstance(other, str) and other in stack.bodies:
            yield other


def _references(stack: Stack, top: Tree) -> Iterator[Tree]:
    """What a value refers to, in any order; not all of it is a resource."""
    trees = [top]
    while trees:
        tree = trees.pop()
        if isinstance(tree, list):
            trees += tree
        elif isinstance(tree, dict):
            function, argument = next(iter(tree.items())) if len(tree) == 1 else ("", None)
            if function == "Ref":
                yield argument
            elif function == "Fn::GetAtt":
                parts = argument.split(".") if isinstance(argument, str) else argument
                yield parts[0] if isinstance(parts, list) and parts else None
            elif function == "Fn::If":
                trees += _taken(stack, argument)
            else:
                yield from _variables(argument) if function == "Fn::Sub" else ()
                trees += tree.values()


def _taken(stack: Stack, argument: Tree) -> list[Tree]:
    if not isinstance(argument, list) or len(argument) != 3:
        return []
    try:
        holds = stack.condition(argument[0], Location(stack.name))
    except TemplateError:
        return []
    # Of a side that only a deployment chooses nothing is sure, so it makes no circle.
    return [] if holds is None else [argument[1 if holds else 2]]


def _variables(argument: Tree) -> list[str]:
    pattern = argument[0] if isinstance(argument, list) and argument else argument
    own = argument[1] if isinstance(argument, list) and len(argument) == 2 else {}
    names = _VARIABLE.findall(pattern) if isinstance(pattern, str) else []
    return [name for name in names if not (isinstance(own, dict) and name in own)]
