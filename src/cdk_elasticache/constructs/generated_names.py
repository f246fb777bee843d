"""The name of a resource whose name isn't given: what ``Names.unique_resource_name`` of the CDK makes of its path.

Made here, since asking the CDK costs a call into Node for each cache and group. Another name would replace a
deployed cache, so the CDK can't change how it makes them; a test holds the two equal.
"""

from hashlib import md5
from weakref import WeakKeyDictionary

from aws_cdk import Stack
from constructs import Construct, IConstruct

from ..errors import ValidationError
from .places import scopes_of

_HASH_LENGTH = 8
_paths: WeakKeyDictionary[IConstruct, list[str]] = WeakKeyDictionary()


def generated_name(scope: Construct, id: str, longest: int) -> str:
    """Give the name of a construct to be: readable parts of its path, and a hash of all of it.

    :param longest: characters that the name may have; an even number.
    :raises ValidationError: ``ConstructIdRefused`` where nothing in the path says anything.
    """
    # The CDK replaces slashes in ids, and leaves out what is called Default.
    path = [part for part in (*_path_of(scope), id.replace("/", "--")) if part != "Default"]
    if not path:
        raise ValidationError(
            "ConstructIdRefused",
            f"id must not be {id!r} where all above it is called so too: no name can be made of it",
            parameter="id",
            value=id,
        )
    alone = _plain(path[0])
    if len(path) == 1 and len(alone) <= longest:
        return alone
    digest = md5("/".join(path).encode(), usedforsecurity=False).hexdigest()[:_HASH_LENGTH].upper()
    human = "".join(_plain(part) for part in _without_repeats(path) if part != "Resource")
    room = longest - _HASH_LENGTH
    if len(human) > room:
        human = human[: room // 2] + human[-(room // 2) :]
    return human + digest


def _path_of(scope: Construct) -> list[str]:
    """The stack's name, then the ids below it, down to the scope."""
    found = _paths.get(scope)
    if found is None:
        found = []
        for above in scopes_of(scope):
            if isinstance(above, Stack) and above.nested_stack_parent is None:
                found.insert(0, above.stack_name)
                break
            found.insert(0, above.node.id)
        _paths[scope] = found
    return found


def _without_repeats(path: list[str]) -> list[str]:
    kept: list[str] = []
    for part in path:
        if not kept or not kept[-1].endswith(part):
            kept.append(part)
    return kept


def _plain(text: str) -> str:
    return "".join(letter for letter in text if letter.isascii() and letter.isalnum())
