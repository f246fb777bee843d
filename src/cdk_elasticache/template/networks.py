"""Security groups: who may connect to a cache in AWS. Told by ``up``, not enforced on one machine."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager

from ..errors import TemplateError
from .attributes import group_id
from .declaration import Ingress, SecurityGroup
from .places import place_of
from .properties import Properties
from .stack import Refuse, Resource, Stack

#: Who is let in, in the words of ``AWS::EC2::SecurityGroupIngress``.
_PEERS = ("CidrIp", "CidrIpv6", "SourceSecurityGroupId", "SourcePrefixListId", "SourceSecurityGroupName")


def security_groups(
    stacks: Sequence[Stack], wanted: Collection[str], refuse: Refuse
) -> tuple[SecurityGroup, ...]:
    """The declared groups whose ids are ``wanted``, each with its own rules and those added from beside."""
    if not wanted:
        return ()
    beside: dict[str, list[Ingress]] = {}
    for rule in _each(stacks, "AWS::EC2::SecurityGroupIngress", refuse):
        key = _group_of(rule)
        if key in wanted:
            with _refusing(rule, refuse):
                beside.setdefault(key, []).append(_ingress(rule.properties))
    found = []
    for group in _each(stacks, "AWS::EC2::SecurityGroup", refuse):
        if group_id(group) in wanted:
            with _refusing(group, refuse):
                found.append(_group(group, beside.get(group_id(group), [])))
    return tuple(found)


def _each(stacks: Sequence[Stack], type_: str, refuse: Refuse) -> Iterator[Resource]:
    return (resource for stack in stacks for resource in stack.resources({type_}, refuse))


@contextmanager
def _refusing(resource: Resource, refuse: Refuse) -> Iterator[None]:
    try:
        yield
    except TemplateError as error:
        refuse(error, resource.place)


def _group_of(rule: Resource) -> str:
    try:
        return rule.properties.text("GroupId") or ""
    except TemplateError:
        return ""  # of a group from elsewhere: those of our caches are known


def _group(group: Resource, beside: Sequence[Ingress]) -> SecurityGroup:
    own = group.properties
    return SecurityGroup(
        place=place_of(group),
        id=group_id(group),
        description=own.text("GroupDescription") or "",
        ingress=(*map(_ingress, own.objects("SecurityGroupIngress")), *beside),
    )


def _ingress(rule: Properties) -> Ingress:
    return Ingress(
        peer=next((peer for name in _PEERS if (peer := rule.text(name))), "nobody"),
        protocol=rule.required("IpProtocol"),
        from_port=rule.number("FromPort"),
        to_port=rule.number("ToPort"),
        description=rule.text("Description"),
    )
