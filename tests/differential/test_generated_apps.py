"""Options and calls in combinations that nobody wrote down.

A long run, of new combinations each time::

    EXAMPLES=3000 python -m pytest tests/differential/test_generated_apps.py
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from aws_cdk import Fn, RemovalPolicy, SecretValue, Stack, Tags
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from hypothesis import given, settings
from hypothesis import strategies as st

import cdk_elasticache as ours

from . import parts
from .building import synthesize
from .corrections import corrected, dimension

alpha: Any = pytest.importorskip("aws_cdk.aws_elasticache_alpha", reason="it fits one version of aws-cdk-lib")

Make = Callable[[Stack, Any], Any]
_examples = os.environ.get("EXAMPLES")

#: Options of a cache: for each, values by names that a failing example can be read by.
CACHE: dict[str, dict[str, Make]] = {
    "serverless_cache_name": {
        "literal": lambda stack, lib: "My-Cache",
        "parameter": lambda stack, lib: parts.text_parameter(stack, "CacheName"),
    },
    "description": {
        "literal": lambda stack, lib: "Sessions, & more",
        "empty": lambda stack, lib: "",
        "export": lambda stack, lib: Fn.import_value("Description"),
    },
    "cache_usage_limits": {
        "storage": lambda stack, lib: {"data_storage_maximum_size": parts.gibibytes(10)},
        "rate": lambda stack, lib: lib.CacheUsageLimitsProperty(request_rate_limit_maximum=5000),
        "both": lambda stack, lib: lib.CacheUsageLimitsProperty(
            data_storage_minimum_size=parts.gibibytes(1),
            request_rate_limit_minimum=parts.number_parameter(stack, "Rate"),
        ),
        "nothing": lambda stack, lib: {},
    },
    "backup": {
        "daily": lambda stack, lib: {"backup_retention_limit": 7, "backup_time": parts.daily("4", None)},
        "final": lambda stack, lib: lib.BackupSettings(backup_name_before_deletion="last"),
        "restored": lambda stack, lib: lib.BackupSettings(backup_arns_to_restore=[parts.SNAPSHOT_ARN]),
        "tokens": lambda stack, lib: lib.BackupSettings(
            backup_retention_limit=parts.number_parameter(stack, "Days"),
            backup_time=parts.daily(parts.text_parameter(stack, "Hour"), "30"),
            backup_arns_to_restore=parts.list_parameter(stack, "Snapshots"),
        ),
    },
    "kms_key": {
        "own": lambda stack, lib: parts.key(stack),
        "imported": lambda stack, lib: kms.Key.from_key_arn(stack, "Key", parts.KEY_ARN),
        "alias": lambda stack, lib: kms.Alias.from_alias_name(stack, "Alias", "alias/mine"),
    },
    "vpc": {
        "own": lambda stack, lib: ec2.Vpc(stack, "Net", max_azs=2, nat_gateways=1),
        "tokens": lambda stack, lib: ec2.Vpc.from_vpc_attributes(
            stack,
            "Net",
            vpc_id=Fn.import_value("Vpc"),
            availability_zones=parts.ZONES,
            private_subnet_ids=[Fn.import_value("Subnet0"), Fn.import_value("Subnet1")],
        ),
    },
    "vpc_subnets": {
        "empty": lambda stack, lib: ec2.SubnetSelection(),
        "private": lambda stack, lib: {"subnet_type": ec2.SubnetType.PRIVATE_WITH_EGRESS},
        "one_per_az": lambda stack, lib: ec2.SubnetSelection(
            one_per_az=True, subnet_type=ec2.SubnetType.PRIVATE_WITH_EGRESS
        ),
    },
    "security_groups": {
        "imported": lambda stack, lib: [
            ec2.SecurityGroup.from_security_group_id(stack, "Guard", "sg-0123456789abcdef0")
        ],
        "own": lambda stack, lib: [ec2.SecurityGroup(stack, "Guard", vpc=parts.vpc(stack))],
        "none": lambda stack, lib: [],
    },
}

ENGINES = {
    "valkey": ("VALKEY_LATEST", "VALKEY_7", "VALKEY_8", "VALKEY_9"),
    "redis": ("REDIS_LATEST", "REDIS_7"),
    "memcached": ("MEMCACHED_LATEST", "MEMCACHED_1_6"),
}
#: Engines that a group on a cache may have.
GROUPS = {"valkey": ("VALKEY", "REDIS"), "redis": ("REDIS",), "memcached": ()}


def _iam(stack: Stack, lib: Any, id: str, engine: Any) -> Any:
    return parts.iam_user(stack, lib, id, id.lower(), engine=engine)


def _iam_of_tokens(stack: Stack, lib: Any, id: str, engine: Any) -> Any:
    return parts.iam_user(stack, lib, id, parts.text_parameter(stack, f"{id}Id"), engine=engine)


def _password(stack: Stack, lib: Any, id: str, engine: Any) -> Any:
    return lib.PasswordUser(
        stack,
        id,
        user_id=id.lower(),
        user_name=f"{id}@example.com",
        engine=engine,
        passwords=[SecretValue.secrets_manager("one"), SecretValue.secrets_manager("two")],
        access_control=lib.AccessControl.from_access_string("on ~* +@read"),
    )


def _imported(stack: Stack, lib: Any, id: str, engine: Any) -> Any:
    return lib.IamUser.from_user_attributes(stack, id, user_id=id.lower(), user_name=id, engine=engine)


USERS: dict[str, Callable[[Stack, Any, str, Any], Any]] = {
    "iam": _iam,
    "iam of tokens": _iam_of_tokens,
    "password": _password,
    "imported": _imported,
}

#: What may be done with a cache that was made.
ACTIONS: dict[str, Callable[[Stack, Any], Any]] = {
    "outputs": parts.cache_outputs,
    "connect": lambda stack, cache: cache.connections.allow_default_port_from(ec2.Peer.ipv4("10.0.0.0/8")),
    "connect by port": lambda stack, cache: cache.connections.allow_from_any_ipv4(ec2.Port.tcp(6380)),
    "grant connect": lambda stack, cache: cache.grant_connect(parts.role(stack, "Client")),
    "grant": lambda stack, cache: cache.grant(parts.role(stack, "Admin"), "elasticache:*"),
    "metric": lambda stack, cache: cache.metric_active_connections().create_alarm(
        stack, "Alarm", threshold=1, evaluation_periods=1
    ),
    "tag": lambda stack, cache: Tags.of(cache).add("Mine", "yes"),
    "retain": lambda stack, cache: cache.apply_removal_policy(RemovalPolicy.RETAIN),
    "override": lambda stack, cache: cache.node.default_child.add_property_override("Description", "Late"),
}


@dataclass(frozen=True)
class Plan:
    """An app: what hypothesis shows of a failing one."""

    engine: str | None
    options: dict[str, str]
    group: str | None = None
    users: list[str] = field(default_factory=list)
    added_later: int = 0
    actions: list[str] = field(default_factory=list)

    def build(self, stack: Stack, lib: Any) -> None:
        """Declare it with either library."""
        props = {option: CACHE[option][label](stack, lib) for option, label in self.options.items()}
        group, late = self._group(stack, lib)
        engine = self.engine and getattr(lib.CacheEngine, self.engine)
        cache = parts.cache(stack, lib, engine=engine, user_group=group, **props)
        for user in late:
            group.add_user(user)
        for action in self.actions:
            ACTIONS[action](stack, cache)

    def _group(self, stack: Stack, lib: Any) -> tuple[Any, list[Any]]:
        if self.group is None:
            return None, []
        engine = getattr(lib.UserEngine, self.group)
        users = [USERS[kind](stack, lib, f"User{i}", engine) for i, kind in enumerate(self.users)]
        if self.group == "REDIS":
            users.append(parts.default_user(stack, lib))
        first = len(users) - min(self.added_later, len(users))
        return lib.UserGroup(stack, "Group", engine=engine, users=users[:first]), users[first:]


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Any app that both libraries take."""
    family = draw(st.sampled_from(sorted(ENGINES)))
    optional = {option: st.sampled_from(sorted(labels)) for option, labels in CACHE.items()}
    return Plan(
        engine=draw(st.sampled_from(ENGINES[family]) | (st.none() if family == "valkey" else st.nothing())),
        options=draw(st.fixed_dictionaries({}, optional=optional)),
        group=draw(st.none() | st.sampled_from(GROUPS[family])) if GROUPS[family] else None,
        users=draw(st.lists(st.sampled_from(sorted(USERS)), max_size=3)),
        added_later=draw(st.integers(0, 3)),
        actions=draw(st.lists(st.sampled_from(sorted(ACTIONS)), unique=True, max_size=5)),
    )


@given(plan=plans())
@settings(
    max_examples=int(_examples or 100),
    # The same apps each time, unless a long run looks for new ones.
    derandomize=_examples is None,
    database=None,
    deadline=None,
)
def test_ours_renders_any_combination_as_the_alpha_module_does(plan: Plan) -> None:
    corrections = (dimension,) if "metric" in plan.actions else ()
    expected = corrected(synthesize(plan.build, alpha).templates, corrections)
    assert synthesize(plan.build, ours).templates == expected
