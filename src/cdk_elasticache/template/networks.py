"""Security groups: who may connect to a cache in AWS. Told by ``up``, not enforced on one machine."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager

from ..errors import TemplateError
from .attributes import group_id
from .declaration import Declaration, Ingress, Place, SecurityGroup
from .properties import Properties
from .resource import Refuse, Resource
from .stack import Stack

#: Who is let in, in the words of ``AWS::EC2::SecurityGroupIngress``.
_PEERS = ("CidrIp", "CidrIpv6", "SourceSecurityGroupId", "SourcePrefixListId", "SourceSecurityGroupName")


def security_groups(
    stacks: Sequence[Stack], wanted: Collection[str], refuse: Refuse
) -> tuple[SecurityGroup, ...]:
    """The declared groups whose ids are ``wanted``, each with its own rules and those added from beside."""
    if not wanted:
        return ()
    groups = {group_id(one): one for one in _each(stacks, "AWS::EC2::SecurityGroup", refuse)}
    peers = {id_: group.place for id_, group in groups.items()}
    beside: dict[str, list[Ingress]] = {}
    for rule in _each(stacks, "AWS::EC2::SecurityGroupIngress", refuse):
        key = _group_of(rule)
        if key in wanted:
            with _refusing(rule, refuse):
                beside.setdefault(key, []).append(_ingress(rule.properties.unused(), peers))
    found = []
    for id_, group in groups.items():
        if id_ in wanted:
            with _refusing(group, refuse):
                inline = [
                    _ingress(rule, peers)
                    for rule in group.properties.unused().objects("SecurityGroupIngress")
                ]
                found.append(_group(group, [*inline, *beside.get(id_, [])]))
    return tuple(found)


def who_may_connect(declared: Declaration) -> Iterator[str]:
    """A line for each cache whose security groups are declared: whom AWS would let in, which isn't held to here."""
    known = {group.id: group for group in declared.security_groups}
    for cache in declared.caches:
        own = [known[id_] for id_ in cache.security_group_ids if id_ in known]
        peers = [_shown(rule) for group in own for rule in group.ingress]
        peers += [f"whom {id_} lets in" for id_ in cache.security_group_ids if id_ not in known]
        if own:
            let_in = ", ".join(dict.fromkeys(peers)) or "nobody: no security group of it has a rule"
            yield f"cache {cache.name}: its security groups let in, on AWS: {let_in}"


def _shown(rule: Ingress) -> str:
    ports = [str(port) for port in (rule.from_port, rule.to_port) if port is not None]
    words = ["all" if rule.protocol == "-1" else rule.protocol, "-".join(dict.fromkeys(ports))]
    return f"{rule.group or rule.peer} ({' '.join(filter(None, words))})"


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


def _group(group: Resource, ingress: Sequence[Ingress]) -> SecurityGroup:
    own = group.properties.unused()
    return SecurityGroup(
        place=group.full_place,
        id=group_id(group),
        description=own.text("GroupDescription") or "",
        ingress=tuple(ingress),
    )


def _ingress(rule: Properties, peers: Mapping[str, Place]) -> Ingress:
    peer = next((peer for name in _PEERS if (peer := rule.text(name))), "nobody")
    return Ingress(
        peer=peer,
        protocol=rule.required("IpProtocol"),
        from_port=rule.number("FromPort"),
        to_port=rule.number("ToPort"),
        description=rule.text("Description"),
        group=peers.get(peer),
    )
