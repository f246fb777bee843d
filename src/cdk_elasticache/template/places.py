"""Where a resource is declared, and what its template says about its life."""

from typing import TYPE_CHECKING

from .declaration import Place
from .functions import text
from .text import Tree

if TYPE_CHECKING:
    from .stack import Resource

#: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html
_DELETION_POLICIES = ("Delete", "Retain", "RetainExceptOnCreate", "Snapshot")


def place_of(resource: "Resource") -> Place:
    """The place of a resource.

    :raises TemplateError: ``InvalidValue`` for a policy or a dependency that is none.
    """
    return resource.place._replace(
        deletion_policy=_deletion_policy(resource), depends_on=_depends_on(resource)
    )


def _deletion_policy(resource: "Resource") -> str:
    where = resource.where.key("DeletionPolicy")
    given: Tree = resource.body.get("DeletionPolicy", "Delete")
    policy = text(resource.stack.resolve(given, where), where, given)
    if policy not in _DELETION_POLICIES:
        raise where.refuse("InvalidValue", f"be one of {', '.join(_DELETION_POLICIES)}", policy)
    return policy


def _depends_on(resource: "Resource") -> tuple[str, ...]:
    given: Tree = resource.body.get("DependsOn", [])
    names = [given] if isinstance(given, str) else given
    for name in names if isinstance(names, list) else [None]:
        if not isinstance(name, str) or name not in resource.stack.bodies:
            where = resource.where.key("DependsOn")
            raise where.refuse("UnresolvedReference", "name resources of the template", given)
    return tuple(names)
