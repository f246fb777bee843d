"""Security groups: who may connect to a cache in AWS. Told by ``up``, not enforced on one machine."""

from collections.abc import Collection, Iterator, Sequence

from .attributes import group_id
from .declaration import Ingress, SecurityGroup
from .places import place_of
from .properties import Properties
from .stack import Resource, Stack

#: Who is let in, in the words of ``AWS::EC2::SecurityGroupIngress``.
_PEERS = ("CidrIp", "CidrIpv6", "SourceSecurityGroupId", "SourcePrefixListId", "SourceSecurityGroupName")


def security_groups(stacks: Sequence[Stack], wanted: Collection[str]) -> tuple[SecurityGroup, ...]:
    """The declared groups whose ids are ``wanted``, each with its own rules and those added from beside."""
    found = {
        group_id(group): group for stack in stacks for group in stack.resources({"AWS::EC2::SecurityGroup"})
    }
    groups = {key: group for key, group in found.items() if key in wanted}
    rules: dict[str, list[Ingress]] = {key: list(_inline(group)) for key, group in groups.items()}
    if groups:
        for stack in stacks:
            for rule in stack.resources({"AWS::EC2::SecurityGroupIngress"}):
                key = rule.properties.text("GroupId") or ""
                if key in rules:
                    rules[key].append(_ingress(rule.properties))
    return tuple(_group(key, group, rules[key]) for key, group in groups.items())


def _group(id: str, group: Resource, rules: Sequence[Ingress]) -> SecurityGroup:
    description = group.properties.text("GroupDescription") or ""
    return SecurityGroup(place=place_of(group), id=id, description=description, ingress=tuple(rules))


def _inline(group: Resource) -> Iterator[Ingress]:
    return map(_ingress, group.properties.objects("SecurityGroupIngress"))


def _ingress(rule: Properties) -> Ingress:
    return Ingress(
        peer=next((peer for name in _PEERS if (peer := rule.text(name))), "nobody"),
        protocol=rule.required("IpProtocol"),
        from_port=rule.number("FromPort"),
        to_port=rule.number("ToPort"),
        description=rule.text("Description"),
    )
