"""Decide what to do. Pure: reads two sets of values, touches nothing, knows no clock.

=================================  ===============  ===========================================
declared                           current          action
=================================  ===============  ===========================================
a resource                         none             create
a resource                         left over        create: CloudFormation had let go of it
a resource                         half created     create: the first try was cut short
a resource                         half deleted     create
the same                           the same         none
another property                   a resource       update, in place: clients stay connected
a property that is fixed at birth  a resource       replace: its data is gone
none                               a resource       delete, after all else has worked
none, its stack left out           a resource       none
=================================  ===============  ===========================================

Which property is fixed at birth: "Update requires" on each property's page in
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_ElastiCache.html. A new name is a new
ARN, hence a create and a delete, which is how CloudFormation replaces.
"""

from collections.abc import Collection, Iterable, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import NamedTuple

from ...errors import TemplateError, ValidationError
from .resources import TYPES, Resource

#: Properties whose change makes CloudFormation replace the resource.
FIXED = {
    "user": ("UserName",),
    "usergroup": (),
    "serverlesscache": ("SubnetIds", "KmsKeyId", "SnapshotArnsToRestore", "NetworkType", "ConnectionType"),
}
#: Statuses of what isn't there, or not whole: nothing of it need be kept.
ABSENT = ("creating", "create-failed", "deleting", "retained")


class Record(NamedTuple):
    """What runs, or was about to.

    :param status: as the service has them: ``creating``, ``active`` or ``available``, ``modifying``,
        ``deleting``, ``create-failed``; and ``retained`` for what the template let go of and we kept.
    :param incarnation: names the folder of a cache's data; another one after a replacement.
    """

    resource: Resource
    status: str
    incarnation: str = ""


class Action(NamedTuple):
    """One thing to do to one resource.

    :param verb: ``create``, ``update``, ``replace`` or ``delete``.
    :param resource: what is wanted; of a delete, what was there.
    :param before: what was there; ``None`` for a create.
    :param changed: names of the properties that differ.
    :param after: ARNs of the actions that have to be done first.
    """

    verb: str
    resource: Resource
    before: Record | None = None
    changed: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


class Plan(NamedTuple):
    """Actions in an order in which they can be done.

    :param changes: creates, updates and replacements; where one fails, those done before it are undone.
    :param cleanup: deletes, once all changes have worked.
    """

    changes: tuple[Action, ...] = ()
    cleanup: tuple[Action, ...] = ()


def plan(
    declared: Iterable[Resource],
    current: Iterable[Record],
    only: Collection[tuple[str, str, str]] | None = None,
) -> Plan:
    """What turns ``current`` into ``declared``.

    :param only: owners (:attr:`.resources.Resource.owner`) that the declaration speaks for; what others have is
        left alone. Default: all.
    :raises TemplateError: ``CircularReference`` where resources depend on each other in a ring.
    :raises ValidationError: ``EngineDowngrade``, which the service refuses too.
    """
    wanted = {one.arn: one for one in declared}
    had = {record.resource.arn: record for record in current}
    changes = [action for one in wanted.values() if (action := decide(one, had.get(one.arn)))]
    gone = [
        record
        for arn, record in had.items()
        if arn not in wanted
        and record.status != "retained"
        and (only is None or record.resource.owner in only)
    ]
    deletes = [Action("delete", record.resource, record) for record in gone]
    return Plan(_ordered(changes, _needs(wanted)), _ordered(deletes, _needed_by(had)))


def decide(want: Resource, have: Record | None) -> Action | None:
    """The action on one resource that is declared, by the table above."""
    if have is None or have.status in ABSENT:
        return Action("create", want, have)
    _refuse_downgrade(want, have.resource)
    changed = differences(want, have.resource)
    if set(changed) & set(FIXED[want.kind]) or _family(want) != _family(have.resource):
        return Action("replace", want, have, changed)
    if changed or have.status == "modifying" or want != have.resource:
        return Action("update", want, have, changed)
    return None


def differences(one: Resource, other: Resource) -> tuple[str, ...]:
    """Names of the properties that differ, in alphabetical order."""
    names = sorted({*one.properties, *other.properties})
    return tuple(name for name in names if one.properties.get(name) != other.properties.get(name))


def _refuse_downgrade(want: Resource, have: Resource) -> None:
    """Major versions only go up: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/VersionManagement.html."""
    old, new = (one.properties.get("MajorEngineVersion") for one in (have, want))
    if have.properties.get("Engine") != want.properties.get("Engine") or not (old and new):
        return
    if tuple(map(int, str(new).split("."))) < tuple(map(int, str(old).split("."))):
        raise ValidationError(
            "EngineDowngrade",
            f"MajorEngineVersion must not go down for a cache that exists, got {new} after {old}; give the cache "
            "another name, or take it out, run up, and put it back: its data is gone then",
            parameter="MajorEngineVersion",
            value=new,
            construct_path=f"{want.stack}.{want.logical_id}",
        )


def _family(one: Resource) -> bool:
    """A cache goes from redis to valkey with its data; nothing goes to memcached or back."""
    return bool(one.properties.get("Engine") == "memcached")


def _needs(resources: Mapping[str, Resource]) -> dict[str, set[str]]:
    return {arn: set(one.refers_to) & resources.keys() for arn, one in resources.items()}


def _needed_by(records: Mapping[str, Record]) -> dict[str, set[str]]:
    """For deletes: what refers to a thing goes before it."""
    reverse: dict[str, set[str]] = {arn: set() for arn in records}
    for arn, record in records.items():
        for target in set(record.resource.refers_to) & records.keys():
            reverse[target].add(arn)
    return reverse


def _ordered(actions: list[Action], needs: Mapping[str, set[str]]) -> tuple[Action, ...]:
    """The actions, each behind those it waits for; kinds and names decide between the free ones."""
    of = {action.resource.arn: action for action in actions}
    kinds = list(TYPES)
    rank = sorted(of, key=lambda arn: (kinds.index(of[arn].resource.kind), arn))
    try:
        order = list(TopologicalSorter({arn: sorted(needs[arn]) for arn in [*rank, *needs]}).static_order())
    except CycleError as error:
        ring = " -> ".join(arn.rpartition(":")[2] for arn in error.args[1])
        raise TemplateError(
            "CircularReference", f"resources must not depend on themselves, got {ring}"
        ) from None
    return tuple(of[arn]._replace(after=tuple(sorted(needs[arn] & of.keys()))) for arn in order if arn in of)
