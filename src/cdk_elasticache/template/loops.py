"""``Fn::ForEach``, written out: a loop of the template makes members of the object that it stands in.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-foreach.html
"""

import re
from collections.abc import Iterator, Mapping

from . import functions
from .environment import Environment, as_text
from .location import Literal, Location
from .parse import Tree
from .placeholders import Placeholder

_LOOP = "Fn::ForEach::"
#: What each member or item that a loop makes counts, in characters.
_COST = 50


def write_out(environment: Environment, tree: Tree, location: Location) -> Tree:
    """Give a tree without loops.

    :raises TemplateError: ``InvalidFunction`` for a loop that is none, or makes a member that is there already.
    """
    if isinstance(tree, list):
        return [write_out(environment, item, location.item(index)) for index, item in enumerate(tree)]
    if not isinstance(tree, dict):
        return tree
    with environment.descend(location):
        made: dict[str, Tree] = {}
        for name, value in tree.items():
            at = location.key(name)
            if not name.startswith(_LOOP):
                made[name] = write_out(environment, value, at)
                continue
            for key, item in _members(environment, value, at):
                if key in made or key in tree:
                    raise at.refuse(
                        "InvalidFunction", "make members of other names than there are", Literal(key)
                    )
                made[key] = item
        return made


def _members(environment: Environment, loop: Tree, location: Location) -> Iterator[tuple[str, Tree]]:
    """What a loop makes, an item of its collection after the other."""
    identifier, collection, body = functions.list_of(loop, location, 3, 3)
    if not isinstance(identifier, str) or not identifier.isalnum() or not isinstance(body, dict):
        raise location.refuse(
            "InvalidFunction", "name its variable, a list and an object of what to make", loop
        )
    for item in _collection(environment, collection, location.item(1)):
        filled = _filled(environment, body, identifier, item, location)
        # A loop within this one may have a list that depends on the item.
        made = write_out(environment, filled, location.item(2))
        yield from made.items()


def _collection(environment: Environment, collection: Tree, location: Location) -> list[str]:
    items = functions.resolve(environment, collection, location)
    unknown = [
        item for item in (items if isinstance(items, list) else [items]) if isinstance(item, Placeholder)
    ]
    if unknown:
        environment.not_known(location, unknown[0].reason)
        return []
    if not isinstance(items, list):
        raise location.refuse("InvalidFunction", "be a list", collection)
    return [as_text(item, location.item(index), item) for index, item in enumerate(items)]


def _filled(environment: Environment, tree: Tree, identifier: str, item: str, location: Location) -> Tree:
    """A tree with the item in the place of the loop's variable."""
    environment.spend(_COST, location)
    if isinstance(tree, str):
        return _text(environment, tree, identifier, item, location)
    if isinstance(tree, list):
        return [_filled(environment, it, identifier, item, location) for it in tree]
    if not isinstance(tree, Mapping):
        return tree
    if tree == {"Ref": identifier}:
        return item
    return {
        _text(environment, name, identifier, item, location): _filled(
            environment, it, identifier, item, location
        )
        for name, it in tree.items()
    }


def _text(environment: Environment, text: str, identifier: str, item: str, location: Location) -> str:
    """``${Variable}`` is the item, ``&{Variable}`` its letters and digits alone, for logical ids."""
    plain = re.sub("[^A-Za-z0-9]", "", item)
    environment.spend(text.count("{" + identifier + "}") * len(item), location)  # before it is made
    return text.replace(f"${{{identifier}}}", item).replace(f"&{{{identifier}}}", plain)
