"""The subnets that a cache is reached in.

Asking a VPC for its subnets costs a call into Node for each thing that is known of them, and most apps ask the
same of one VPC for every cache: answers are remembered, where the VPC's subnets never change.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from aws_cdk import aws_ec2 as ec2

from ..errors import ArgumentTypeError, ValidationError
from ..model.doubts import Doubt
from . import arguments
from .lookups import is_dummy
from .places import Memory
from .tokens import is_token


class Subnets(NamedTuple):
    """The subnets of a selection.

    :param zones: their zones; ``None`` where one of them isn't known.
    :param pending: whether the CDK will look them up only at the next synthesis.
    """

    ids: list[str]
    subnets: list[ec2.ISubnet]
    zones: list[str] | None
    pending: bool

    def known(self) -> bool:
        """Whether these are the subnets, and not what stands for them until they are looked up."""
        return not self.pending and not is_token(self.ids)


_remembered: Memory[dict[tuple[object, ...], Subnets]] = Memory()


def select_subnets(vpc: ec2.IVpc, selection: object) -> Subnets:
    """Find the subnets of a VPC for a cache.

    :param selection: an ``ec2.SubnetSelection`` or a dict. Default: the private subnets with egress.
    :raises ArgumentTypeError: ``WrongType`` or ``UnknownKey``.
    :raises ValidationError: ``NoMatchingSubnets``, also where nothing matches: the cache would go to the default VPC,
        while its security group stays in this one.
    """
    wanted = _read(selection)
    key = _key(wanted) if _keeps_its_subnets(vpc) else None
    answers = {} if key is None else _remembered.get(vpc) or _remembered.set(vpc, {})
    found = answers.get(key or ())
    if found is None:
        found = answers[key or ()] = _ask(vpc, wanted)
    if found.known() and not found.ids and not _is_looked_up(vpc):
        raise _nothing_matches(f"select at least one subnet, got none in {vpc.node.path}")
    return found


def doubts_about_zones(subnets: Subnets) -> Iterator[Doubt]:
    """Tell of a cache that one zone's failure takes away.

    https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Subnets.html
    """
    if subnets.known() and subnets.zones is not None and len(set(subnets.zones)) == 1:
        yield Doubt(
            "single-zone",
            "vpc_subnets should be in at least two availability zones, got one: AWS refuses a cache there, or leaves "
            "it unreachable when the zone fails",
            "select more subnets, or give the VPC max_azs=2 or more",
        )


def _read(selection: object) -> ec2.SubnetSelection | None:
    if selection is None or isinstance(selection, ec2.SubnetSelection):
        return selection
    wanted = arguments.Wanted("an ec2.SubnetSelection or a dict", ("subnet_type", "subnets"))
    arguments.check_object("vpc_subnets", selection, wanted)
    return selection  # type: ignore[return-value]  # it has the attributes


def as_selection(given: Mapping[str, Any]) -> ec2.SubnetSelection:
    """Make a selection of a dict with its keys.

    :raises ArgumentTypeError: ``UnknownKey``, or ``WrongType`` where the CDK refuses a value.
    """
    keys = arguments.known_keys("vpc_subnets", given, keys_of(ec2.SubnetSelection))
    try:
        return ec2.SubnetSelection(**keys)
    except TypeError as error:
        message = f"vpc_subnets must be an ec2.SubnetSelection or a dict like it; the CDK says: {error}"
        raise ArgumentTypeError("WrongType", message, parameter="vpc_subnets", value=given) from error


def keys_of(struct: type) -> list[str]:
    """The keys of one of the CDK's structs."""
    return [name for name, value in vars(struct).items() if isinstance(value, property)]


def _key(selection: ec2.SubnetSelection | None) -> tuple[object, ...] | None:
    """What identifies a selection; ``None`` for one with filters or subnets of its own."""
    if selection is None:
        return ("default",)
    if selection.subnet_filters or selection.subnets is not None:
        return None
    zones = selection.availability_zones
    return (
        selection.subnet_type,
        selection.subnet_group_name,
        selection.one_per_az,
        None if zones is None else tuple(zones),
    )


def _keeps_its_subnets(vpc: ec2.IVpc) -> bool:
    """Whether a VPC is one that the CDK makes or imports with all its subnets. A ``VpcV2`` gets its later."""
    kinds = [type(it) for it in getattr(vpc, "_delegates", [vpc])]
    return all(kind.__module__ in ("aws_cdk", ec2.__name__) for kind in kinds)


def _ask(vpc: ec2.IVpc, selection: ec2.SubnetSelection | None) -> Subnets:
    if selection is not None and selection.subnets is not None and not _asks_for_more(selection):
        return _given(selection.subnets)
    try:
        if selection is None:
            found = vpc.select_subnets(subnet_type=ec2.SubnetType.PRIVATE_WITH_EGRESS)
        else:
            found = vpc.select_subnets(
                availability_zones=_listed("availability_zones", selection.availability_zones),
                one_per_az=selection.one_per_az,
                subnet_filters=selection.subnet_filters,
                subnet_group_name=selection.subnet_group_name,
                subnets=selection.subnets,
                subnet_type=selection.subnet_type,
            )
    except RuntimeError as error:
        if is_dummy(getattr(vpc, "vpc_id", None)):
            return Subnets([], [], None, pending=True)
        raise _nothing_matches(f"match subnets of the VPC; the CDK says: {error}") from error
    zones = list(found.availability_zones)
    return Subnets(
        ids=list(found.subnet_ids),
        subnets=list(found.subnets),
        zones=None if is_token(zones) or any(map(is_dummy, zones)) else zones,
        pending=bool(found.is_pending_lookup),
    )


def _listed(key: str, texts: Sequence[str] | None) -> list[str] | None:
    arguments.check_texts(f"vpc_subnets.{key}", texts)
    return None if texts is None else list(texts)


def _is_looked_up(vpc: ec2.IVpc) -> bool:
    """Whether the VPC, or its zones, are still to be looked up, so that a filter may find nothing yet."""
    return is_dummy(getattr(vpc, "vpc_id", None)) or any(
        map(is_dummy, getattr(vpc, "availability_zones", ()))
    )


def _asks_for_more(selection: ec2.SubnetSelection) -> bool:
    """Whether subnets were given with another rule, which the CDK applies to them or refuses beside them."""
    return bool(selection.availability_zones or selection.subnet_group_name or selection.subnet_type)


def _given(subnets: Sequence[ec2.ISubnet]) -> Subnets:
    """Subnets that were given one by one. The CDK takes them as they are, and may know no zone of them."""
    arguments.check_objects("vpc_subnets.subnets", subnets, arguments.SUBNET)
    ids = [subnet.subnet_id for subnet in subnets]
    arguments.check_texts("vpc_subnets.subnets", ids)
    return Subnets(ids, list(subnets), _zones(subnets), pending=False)


def _zones(subnets: Sequence[ec2.ISubnet]) -> list[str] | None:
    try:
        return [subnet.availability_zone for subnet in subnets]
    except RuntimeError:  # a subnet that was imported by its id alone
        return None


def _nothing_matches(rule: str) -> ValidationError:
    return ValidationError(
        "NoMatchingSubnets",
        f"vpc_subnets must {rule}",
        remedy="say which subnets to use, for example "
        "vpc_subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)",
        parameter="vpc_subnets",
    )
