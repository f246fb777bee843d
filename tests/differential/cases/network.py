"""Networks: VPCs, subnets, security groups and connections of all kinds."""

from typing import Any

from aws_cdk import CfnParameter, Fn, Stack, Token
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_lambda as lambda_

from .. import parts
from ..building import case, each, output

SELECTIONS: dict[str, Any] = {
    "empty": ec2.SubnetSelection(),
    "private": ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_WITH_EGRESS),
    "isolated": ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED),
    "public": ec2.SubnetSelection(subnet_type=ec2.SubnetType.PUBLIC),
    "one_per_az": ec2.SubnetSelection(one_per_az=True),
    "zones": ec2.SubnetSelection(availability_zones=["us-east-1a", "us-east-1b"]),
    "dict": {"subnet_type": ec2.SubnetType.PRIVATE_ISOLATED},
    "empty_dict": {},
    "dict_of_two": {"subnet_type": ec2.SubnetType.PUBLIC, "one_per_az": True},
    "filter_ids": ec2.SubnetSelection(
        subnet_filters=[ec2.SubnetFilter.by_ids(["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"])]
    ),
    "filter_zones": ec2.SubnetSelection(
        subnet_type=ec2.SubnetType.PUBLIC,
        subnet_filters=[ec2.SubnetFilter.availability_zones(["us-east-1b", "us-east-1a"])],
    ),
}


@each(**SELECTIONS)
def a_selection_in_an_imported_vpc(stack: Stack, lib: Any, selection: Any) -> None:
    parts.cache_outputs(stack, parts.cache(stack, lib, vpc_subnets=selection))


@each(one_zone=ec2.SubnetSelection(availability_zones=["us-east-1b"]), warns=("single-zone",))
def a_selection_of_one_zone(stack: Stack, lib: Any, selection: Any) -> None:
    parts.cache(stack, lib, vpc_subnets=selection)


@case()
def the_default_vpc_of_the_cdk(stack: Stack, lib: Any) -> None:
    parts.cache_outputs(stack, parts.cache(stack, lib, vpc=ec2.Vpc(stack, "Net")))


@each(**{name: SELECTIONS[name] for name in ("empty", "private", "public", "one_per_az", "dict")})
def a_selection_in_an_own_vpc(stack: Stack, lib: Any, selection: Any) -> None:
    vpc = ec2.Vpc(
        stack,
        "Net",
        max_azs=2,
        nat_gateways=1,
        subnet_configuration=[
            ec2.SubnetConfiguration(name="Edge", subnet_type=ec2.SubnetType.PUBLIC),
            ec2.SubnetConfiguration(name="App", subnet_type=ec2.SubnetType.PRIVATE_WITH_EGRESS),
            ec2.SubnetConfiguration(name="More", subnet_type=ec2.SubnetType.PRIVATE_WITH_EGRESS),
            ec2.SubnetConfiguration(name="Data", subnet_type=ec2.SubnetType.PRIVATE_ISOLATED),
        ],
    )
    parts.cache_outputs(stack, parts.cache(stack, lib, vpc=vpc, vpc_subnets=selection))


@case()
def a_selection_by_group_name(stack: Stack, lib: Any) -> None:
    vpc = ec2.Vpc(
        stack,
        "Net",
        max_azs=2,
        subnet_configuration=[
            ec2.SubnetConfiguration(name="One", subnet_type=ec2.SubnetType.PRIVATE_ISOLATED),
            ec2.SubnetConfiguration(name="Two", subnet_type=ec2.SubnetType.PRIVATE_ISOLATED),
        ],
    )
    parts.cache(stack, lib, vpc=vpc, vpc_subnets=ec2.SubnetSelection(subnet_group_name="Two"))


@each("PRIVATE_ISOLATED", "PUBLIC")
def a_vpc_of_one_kind_of_subnets(stack: Stack, lib: Any, kind: str) -> None:
    subnet_type = getattr(ec2.SubnetType, kind)
    subnets = [ec2.SubnetConfiguration(name="Only", subnet_type=subnet_type)]
    vpc = ec2.Vpc(stack, "Net", max_azs=2, subnet_configuration=subnets)
    parts.cache_outputs(stack, parts.cache(stack, lib, vpc=vpc, vpc_subnets={"subnet_type": subnet_type}))


@case()
def a_vpc_without_private_subnets_and_no_rule(stack: Stack, lib: Any) -> None:
    vpc = ec2.Vpc(stack, "Net", max_azs=2, nat_gateways=0)
    parts.cache(stack, lib, vpc=vpc, vpc_subnets=ec2.SubnetSelection())


@case(warns=("single-zone",))
def a_vpc_of_one_zone(stack: Stack, lib: Any) -> None:
    parts.cache(stack, lib, vpc=ec2.Vpc(stack, "Net", max_azs=1))


@case()
def subnets_given_one_by_one(stack: Stack, lib: Any) -> None:
    subnets = [
        ec2.Subnet.from_subnet_attributes(
            stack, f"Subnet{index}", subnet_id=f"subnet-0123456789abcdef{index}", availability_zone=zone
        )
        for index, zone in enumerate(parts.ZONES)
    ]
    parts.cache_outputs(stack, parts.cache(stack, lib, vpc_subnets=ec2.SubnetSelection(subnets=subnets)))


@case()
def subnets_given_by_id(stack: Stack, lib: Any) -> None:
    subnets = [
        ec2.Subnet.from_subnet_id(stack, f"Subnet{i}", f"subnet-0123456789abcdef{i}") for i in range(2)
    ]
    parts.cache(stack, lib, vpc_subnets=ec2.SubnetSelection(subnets=subnets))


@case()
def subnets_given_in_a_dict(stack: Stack, lib: Any) -> None:
    subnets = [
        ec2.Subnet.from_subnet_id(stack, f"Subnet{i}", f"subnet-0123456789abcdef{i}") for i in range(2)
    ]
    parts.cache(stack, lib, vpc_subnets={"subnets": subnets})


@each(
    filters={"subnet_filters": [ec2.SubnetFilter.availability_zones(["us-east-1a"])]},
    one_per_az={"one_per_az": True},
    zones={"availability_zones": parts.ZONES},
)
def subnets_given_with_a_rule_that_the_cdk_leaves_out(stack: Stack, lib: Any, rule: dict[str, Any]) -> None:
    vpc = parts.vpc(stack)
    subnets = [*vpc.private_subnets, *vpc.public_subnets]
    parts.cache(stack, lib, vpc_subnets=ec2.SubnetSelection(subnets=subnets, **rule))


@case()
def subnets_of_the_app(stack: Stack, lib: Any) -> None:
    vpc = parts.vpc(stack)
    subnets = [
        ec2.PrivateSubnet(
            stack,
            f"Subnet{index}",
            vpc_id=vpc.vpc_id,
            availability_zone=zone,
            cidr_block=f"10.0.{index}.0/24",
        )
        for index, zone in enumerate(parts.ZONES)
    ]
    parts.cache(stack, lib, vpc=vpc, vpc_subnets=ec2.SubnetSelection(subnets=subnets))


@case()
def the_private_subnets_of_the_vpc_as_given_ones(stack: Stack, lib: Any) -> None:
    vpc = ec2.Vpc(stack, "Net", max_azs=3)
    selection = ec2.SubnetSelection(subnets=vpc.private_subnets[::-1])
    parts.cache(stack, lib, vpc=vpc, vpc_subnets=selection)


@case()
def a_vpc_of_list_tokens(stack: Stack, lib: Any) -> None:
    vpc = ec2.Vpc.from_vpc_attributes(
        stack,
        "Net",
        vpc_id=Fn.import_value("VpcId"),
        availability_zones=Fn.split(",", Fn.import_value("Zones"), 2),
        private_subnet_ids=Fn.split(",", Fn.import_value("Subnets"), 2),
    )
    parts.cache(stack, lib, vpc=vpc)


@case()
def a_vpc_of_a_list_parameter(stack: Stack, lib: Any) -> None:
    vpc = ec2.Vpc.from_vpc_attributes(
        stack,
        "Net",
        vpc_id=CfnParameter(stack, "VpcId", type="AWS::EC2::VPC::Id").value_as_string,
        availability_zones=parts.ZONES,
        private_subnet_ids=[
            Fn.select(0, parts.list_parameter(stack, "Subnets")),
            parts.text_parameter(stack, "OtherSubnet"),
        ],
    )
    parts.cache(stack, lib, vpc=vpc)


@case()
def a_vpc_of_unsplit_list_tokens(stack: Stack, lib: Any) -> None:
    vpc = ec2.Vpc.from_vpc_attributes(
        stack,
        "Net",
        vpc_id="vpc-0123456789abcdef1",
        availability_zones=Token.as_list({"Fn::GetAZs": ""}),
        private_subnet_ids=parts.list_parameter(stack, "Subnets"),
    )
    parts.cache(stack, lib, vpc=vpc)


@case()
def a_vpc_that_is_still_to_be_looked_up(stack: Stack, lib: Any) -> None:
    env = {"region": "us-east-1", "account": "111122223333"}
    other = parts.beside(stack, "Located", env=env)
    vpc = ec2.Vpc.from_lookup(other, "Net", is_default=True)
    parts.cache_outputs(
        other, parts.cache(other, lib, vpc=vpc, vpc_subnets={"subnet_type": ec2.SubnetType.PUBLIC})
    )


@case(
    context={
        "vpc-provider:account=111122223333:filter.vpc-id=vpc-0123456789abcdef9:region=us-east-1:returnAsymmetricSubnets=true": {
            "vpcId": "vpc-0123456789abcdef9",
            "vpcCidrBlock": "10.0.0.0/16",
            "availabilityZones": [],
            "subnetGroups": [
                {
                    "name": "Private",
                    "type": "Private",
                    "subnets": [
                        {
                            "subnetId": f"subnet-{zone}",
                            "cidr": "",
                            "availabilityZone": zone,
                            "routeTableId": "r",
                        }
                        for zone in parts.ZONES
                    ],
                }
            ],
        }
    }
)
def a_vpc_that_was_looked_up(stack: Stack, lib: Any) -> None:
    env = {"region": "us-east-1", "account": "111122223333"}
    other = parts.beside(stack, "Located", env=env)
    vpc = ec2.Vpc.from_lookup(other, "Net", vpc_id="vpc-0123456789abcdef9")
    parts.cache_outputs(other, parts.cache(other, lib, vpc=vpc))


@each(
    one=lambda stack, vpc: [ec2.SecurityGroup(stack, "One", vpc=vpc)],
    two=lambda stack, vpc: [ec2.SecurityGroup(stack, name, vpc=vpc) for name in ("Two", "One")],
    imported=lambda stack, vpc: [
        ec2.SecurityGroup.from_security_group_id(stack, "One", "sg-0123456789abcdef0")
    ],
    immutable=lambda stack, vpc: [
        ec2.SecurityGroup.from_security_group_id(stack, "One", "sg-0123456789abcdef0", mutable=False),
        ec2.SecurityGroup.from_security_group_id(
            stack, "Two", "sg-0123456789abcdef1", allow_all_outbound=False
        ),
    ],
    of_tokens=lambda stack, vpc: [
        ec2.SecurityGroup.from_security_group_id(stack, "One", Fn.import_value("Group"))
    ],
    none=lambda stack, vpc: [],
)
def security_groups(stack: Stack, lib: Any, make: Any) -> None:
    vpc = parts.vpc(stack)
    cache = parts.cache(stack, lib, vpc=vpc, security_groups=make(stack, vpc))
    cache.connections.allow_default_port_from_any_ipv4()
    cache.connections.allow_default_port_internally("Among themselves")
    parts.cache_outputs(stack, cache)


def peer(stack: Stack, vpc: ec2.IVpc) -> lambda_.Function:
    return lambda_.Function(
        stack,
        "Peer",
        vpc=vpc,
        runtime=lambda_.Runtime.PYTHON_3_12,
        handler="index.handler",
        code=lambda_.Code.from_inline("def handler(*_): ..."),
    )


@each(
    default_port_from=lambda cache, peer: cache.connections.allow_default_port_from(peer),
    default_port_from_described=lambda cache, peer: cache.connections.allow_default_port_from(peer, "Why"),
    default_port_from_any=lambda cache, peer: cache.connections.allow_default_port_from_any_ipv4("All"),
    default_port_internally=lambda cache, peer: cache.connections.allow_default_port_internally(),
    default_port_from_cidr=lambda cache, peer: cache.connections.allow_default_port_from(
        ec2.Peer.ipv4("10.0.0.0/8")
    ),
    default_port_from_prefix=lambda cache, peer: cache.connections.allow_default_port_from(
        ec2.Peer.prefix_list("pl-1")
    ),
    from_port=lambda cache, peer: cache.connections.allow_from(peer, ec2.Port.tcp(6380), "The readers"),
    from_ports=lambda cache, peer: cache.connections.allow_from(peer, ec2.Port.tcp_range(6379, 6380)),
    from_any=lambda cache, peer: cache.connections.allow_from_any_ipv4(ec2.Port.tcp(6379)),
    to_peer=lambda cache, peer: cache.connections.allow_to(peer, ec2.Port.tcp(443)),
    to_any=lambda cache, peer: cache.connections.allow_to_any_ipv4(ec2.Port.all_tcp()),
    internally=lambda cache, peer: cache.connections.allow_internally(ec2.Port.all_traffic()),
    from_the_other_side=lambda cache, peer: peer.connections.allow_to_default_port(cache),
    from_the_other_side_described=lambda cache, peer: peer.connections.allow_to_default_port(cache, "Why"),
    from_the_other_side_by_port=lambda cache, peer: peer.connections.allow_to(cache, ec2.Port.tcp(6379)),
    to_the_other_side=lambda cache, peer: peer.connections.allow_from(cache, ec2.Port.tcp(443)),
    through_its_groups=lambda cache, peer: [
        group.add_ingress_rule(ec2.Peer.any_ipv4(), ec2.Port.tcp(6379)) for group in cache.security_groups
    ],
    through_its_connections=lambda cache, peer: [
        group.add_ingress_rule(ec2.Peer.any_ipv4(), ec2.Port.tcp(6379))
        for group in cache.connections.security_groups
    ],
    more_groups=lambda cache, peer: cache.connections.add_security_group(*peer.connections.security_groups),
    more_groups_then_a_rule=lambda cache, peer: (
        cache.connections.add_security_group(*peer.connections.security_groups),
        cache.connections.allow_default_port_from_any_ipv4(),
    ),
    both_ways=lambda cache, peer: (
        cache.connections.allow_default_port_from(peer),
        peer.connections.allow_to_default_port(cache),
    ),
)
def a_connection(stack: Stack, lib: Any, connect: Any) -> None:
    vpc = parts.vpc(stack)
    connect(parts.cache(stack, lib, vpc=vpc), peer(stack, vpc))


@each(
    valkey_from=("VALKEY_8", lambda cache, peer: cache.connections.allow_default_port_from(peer)),
    redis_from=("REDIS_7", lambda cache, peer: cache.connections.allow_default_port_from(peer)),
    memcached_from=("MEMCACHED_1_6", lambda cache, peer: cache.connections.allow_default_port_from(peer)),
    valkey_to=("VALKEY_8", lambda cache, peer: peer.connections.allow_to_default_port(cache)),
    memcached_to=("MEMCACHED_LATEST", lambda cache, peer: peer.connections.allow_to_default_port(cache)),
    unknown_by_port=(None, lambda cache, peer: cache.connections.allow_from(peer, ec2.Port.tcp(6379))),
    unknown_to=(None, lambda cache, peer: peer.connections.allow_to(cache, ec2.Port.tcp(6379))),
)
def a_connection_to_an_imported_cache(stack: Stack, lib: Any, way: tuple[str | None, Any]) -> None:
    engine, connect = way
    vpc = parts.vpc(stack)
    cache = lib.ServerlessCache.from_serverless_cache_attributes(
        stack,
        "Cache",
        serverless_cache_name="mine",
        engine=engine and getattr(lib.CacheEngine, engine),
        security_groups=[ec2.SecurityGroup.from_security_group_id(stack, "Group", "sg-0123456789abcdef0")],
    )
    connect(cache, peer(stack, vpc))


@case()
def a_connection_to_an_imported_cache_without_groups(stack: Stack, lib: Any) -> None:
    cache = lib.ServerlessCache.from_serverless_cache_attributes(
        stack, "Cache", serverless_cache_name="mine", engine=lib.CacheEngine.VALKEY_8
    )
    cache.connections.allow_default_port_from(peer(stack, parts.vpc(stack)))
    output(stack, Groups=str(len(cache.connections.security_groups)))


@case()
def a_connection_between_two_caches(stack: Stack, lib: Any) -> None:
    one, other = parts.cache(stack, lib, "One"), parts.cache(stack, lib, "Other")
    one.connections.allow_default_port_from(other)
    other.connections.allow_to_default_port(one)


@case()
def a_connection_from_another_stack(stack: Stack, lib: Any) -> None:
    cache = parts.cache(stack, lib)
    other = parts.beside(stack, "Other")
    group = ec2.SecurityGroup(other, "Group", vpc=parts.vpc(other))
    cache.connections.allow_default_port_from(group)


@case()
def a_connection_made_in_another_stack(stack: Stack, lib: Any) -> None:
    cache = parts.cache(stack, lib)
    other = parts.beside(stack, "Other")
    group = ec2.SecurityGroup(other, "Group", vpc=parts.vpc(other))
    group.connections.allow_to_default_port(cache)


@case(
    context={
        "@aws-cdk/aws-ec2:restrictDefaultSecurityGroup": True,
        "@aws-cdk/aws-ec2:uniqueImdsv2TemplateName": True,
    }
)
def feature_flags_of_networks(stack: Stack, lib: Any) -> None:
    cache = parts.cache(stack, lib)
    cache.connections.allow_default_port_from(ec2.Peer.ipv4("10.0.0.0/8"))


@case(
    context={
        "@aws-cdk/aws-ec2.securityGroupDisableInlineRules": True,
        "@aws-cdk/aws-ec2:securityGroupDisableInlineRules": True,
    }
)
def security_groups_without_inline_rules(stack: Stack, lib: Any) -> None:
    cache = parts.cache(stack, lib)
    cache.connections.allow_from(ec2.Peer.ipv4("10.0.0.0/8"), ec2.Port.tcp(6380))


@case()
def an_instance_that_the_cache_waits_for(stack: Stack, lib: Any) -> None:
    vpc = parts.vpc(stack)
    cache = parts.cache(stack, lib, vpc=vpc)
    instance = ec2.Instance(
        stack,
        "Instance",
        vpc=vpc,
        instance_type=ec2.InstanceType("t3.micro"),
        machine_image=ec2.MachineImage.from_ssm_parameter("/an/image"),
    )
    cache.connections.allow_default_port_from(instance)
    cache.node.add_dependency(instance)
    instance.node.add_dependency(parts.role(stack))
