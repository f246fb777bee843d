"""Decisions, row by row of what the IAM User Guide says.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html and its neighbours on
conditions, variables and resources.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdk_elasticache.model.iam.connect import Target, may_connect
from cdk_elasticache.model.iam.evaluation import Decision, Principal
from cdk_elasticache.model.iam.policy import Policy, read_policy

NOW = datetime(2026, 1, 31, 12, 0, tzinfo=UTC).timestamp()
CACHE_ARN = "arn:aws:elasticache:eu-west-1:000000000000:serverlesscache:shop"
USER_ARN = "arn:aws:elasticache:eu-west-1:000000000000:user:app"
BOTH = [CACHE_ARN, USER_ARN]
CACHE, USER = (Target(arn, {"team": "checkout"}) for arn in BOTH)
ROLE_ARN = "arn:aws:iam::000000000000:role/service/shop-role"
Fields = Mapping[str, Any]


def allow(**fields: Any) -> Fields:
    return {"Effect": "Allow", "Action": "elasticache:Connect", "Resource": BOTH} | fields


def deny(**fields: Any) -> Fields:
    return {"Effect": "Deny", "Action": "elasticache:Connect", "Resource": "*"} | fields


def without(name: str, **fields: Any) -> Fields:
    """An allowing statement with another element in place of one."""
    return {key: value for key, value in allow(**fields).items() if key != name}


def policy(*statements: Fields, name: str = "shop", version: str = "2012-10-17") -> Policy:
    return read_policy(name, {"Version": version, "Statement": list(statements)})


def role(*policies: Policy, **fields: Any) -> Principal:
    return Principal("role", "shop-role", ROLE_ARN, policies, **{"tags": {"team": "checkout"}} | fields)


def person(*policies: Policy, **fields: Any) -> Principal:
    return Principal("user", "app", "arn:aws:iam::000000000000:user/app", policies, **fields)


def decide(principal: Principal, **request: str) -> Decision:
    keys = {key.replace("__", ":"): value for key, value in request.items()}
    return may_connect(principal, CACHE, USER, now=NOW, request=keys)


@pytest.mark.parametrize(
    ("principal", "allowed"),
    [
        (role(), False),
        (role(policy(allow())), True),
        (role(policy(allow(Resource="*"))), True),
        (role(policy(allow(Resource=CACHE_ARN), allow(Resource=USER_ARN))), True),
        (role(policy(allow(Resource=CACHE_ARN)), policy(allow(Resource=USER_ARN))), True),
        (role(policy(allow(), deny())), False),
        (role(policy(deny(), allow())), False),
        (role(policy(allow()), policy(deny(Resource=USER_ARN))), False),
        (role(policy(allow(), deny(Action="elasticache:Describe*"))), True),
        (role(policy(allow(), deny(Resource=CACHE_ARN + "2"))), True),
        (role(policy(allow()), boundary=policy(allow())), True),
        (role(policy(allow()), boundary=policy(allow(Resource=CACHE_ARN))), False),
        (role(policy(allow()), boundary=policy(allow(), deny())), False),
        (role(boundary=policy(allow())), False),
        (role(policy(allow()), foreign_boundary="arn:aws:iam::000000000000:policy/Limits"), False),
        (role(policy(allow()), foreign_boundary="arn:aws:iam::aws:policy/PowerUserAccess"), True),
        (role(foreign=("arn:aws:iam::aws:policy/AdministratorAccess",)), True),
        (role(foreign=("arn:aws:iam::aws:policy/job-function/DatabaseAdministrator",)), True),
        (role(foreign=("arn:aws:iam::aws:policy/DatabaseAdministrator",)), False),  # there is no such policy
        (role(foreign=("arn:aws:iam::aws:policy/PowerUserAccess",)), True),
        (role(foreign=("arn:aws:iam::aws:policy/ReadOnlyAccess",)), False),
        (role(foreign=("arn:aws:iam::aws:policy/AmazonElastiCacheReadOnlyAccess",)), False),
        (role(foreign=("arn:aws:iam::aws:policy/AWSMcpServiceActionsFullAccess",)), False),
        (role(policy(allow()), foreign=("arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess",)), True),
        (role(policy(allow()), foreign=("arn:aws:iam::aws:policy/NewerThanTheTable",)), True),
        (role(policy(allow()), foreign=("arn:aws:iam::aws:policy/AWSDenyAll",)), False),
        (role(policy(allow()), foreign=("arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy",)), False),
        (role(policy(allow()), foreign_boundary="arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"), False),
        (role(policy(allow()), foreign_boundary="arn:aws:iam::aws:policy/NewerThanTheTable"), False),
        (role(foreign=("arn:aws-cn:iam::aws:policy/AmazonElastiCacheFullAccess",)), True),
        (role(foreign=("arn:aws:iam::000000000000:policy/AdministratorAccess",)), False),
        (role(policy(deny()), foreign=("arn:aws:iam::aws:policy/AdministratorAccess",)), False),
    ],
)
def test_an_explicit_deny_wins_then_an_allow_within_the_boundary_is_needed(
    principal: Principal, allowed: bool
) -> None:
    assert decide(principal).allowed is allowed


@pytest.mark.parametrize(
    ("statement", "allowed"),
    [
        (allow(Action="*"), True),
        (allow(Action="elasticache:*"), True),
        (allow(Action="ELASTICACHE:connect"), True),
        (allow(Action="elasticache:Conn??t"), True),
        (allow(Action="elasticache:Conn?t"), False),
        (allow(Action="elasticache:Con"), False),
        (allow(Action=["s3:*", "elasticache:C*"]), True),
        (allow(Action="s3:*"), False),
        (without("Action", NotAction="s3:*"), True),
        (without("Action", NotAction=["s3:*", "elasticache:connect"]), False),
    ],
)
def test_actions_have_wildcards_and_no_case(statement: Fields, allowed: bool) -> None:
    assert decide(role(policy(statement))).allowed is allowed


@pytest.mark.parametrize(
    ("resource", "allowed"),
    [
        ("arn:aws:elasticache:*", True),
        ("arn:aws:elasticache", True),
        ("arn:aws:elasticache:eu-west-1:000000000000:*", True),
        ("arn:*:elasticache:*:*:*:*", True),
        ("arn:aws:elasticache:eu-west-?:000000000000:*", True),
        ("arn:aws:elasticache:eu-west-1:*p", False),
        ("arn:aws:elasticache:us-*:000000000000:*", False),
        ("arn:aws:elasticache:eu-west-1:111111111111:*", False),
        ("arn:aws:ELASTICACHE:eu-west-1:000000000000:*", False),
        ("shop", False),
    ],
)
def test_resources_have_wildcards_within_their_segments_and_have_case(resource: str, allowed: bool) -> None:
    assert decide(role(policy(allow(Resource=resource)))).allowed is allowed


@pytest.mark.parametrize(
    ("resource", "arn", "matches"),
    [
        ("arn:aws:elasticache:eu-west-1:000000000000:serverlesscache:sh*", CACHE_ARN, True),
        ("arn:aws:elasticache:eu-west-1:000000000000:serverlesscache:SHOP", CACHE_ARN, False),
        ("arn:aws:elasticache:eu-west-1:000000000000:serverlesscache/shop", CACHE_ARN, False),
        ("arn:aws:elasticache:eu-west-1:000000000000:*:shop", CACHE_ARN, True),
        ("arn:aws:elasticache:eu-west-1:*:shop", CACHE_ARN, True),
        ("arn:aws:elasticache:eu-west-1:0*0:shop", CACHE_ARN, False),
    ],
)
def test_a_wildcard_reaches_beyond_a_colon_only_at_the_end_of_its_segment(
    resource: str, arn: str, matches: bool
) -> None:
    principal = role(policy(allow(Resource=resource)))
    assert may_connect(principal, Target(arn), Target(arn), now=NOW).allowed is matches


@pytest.mark.parametrize(
    "resource",
    [
        "arn:aws:elasticache:eu-west-1:000000000000:server*:shop",
        "arn:aws:elasticache:eu-west-1:000000000000:s*",
        "arn:aws:elasticache:eu-west-1:000000000000:serverlesscach?:shop",
    ],
)
def test_a_wildcard_in_the_resource_type_allows_nothing_and_denies(resource: str) -> None:
    cache = Target(CACHE_ARN)
    allowing, denying = (policy(make(Resource=resource)) for make in (allow, deny))
    decisions = [
        may_connect(role(*policies), cache, cache, now=NOW).allowed
        for policies in ((allowing,), (policy(allow()), denying))
    ]
    assert decisions == [False, False]


@pytest.mark.parametrize("kind", ["role", "user"])
def test_a_principal_of_another_account_is_refused_and_told_why(kind: str) -> None:
    arn = f"arn:aws:iam::111111111111:{kind}/app"
    stranger = Principal(kind, "app", arn, (policy(allow(Resource="*")),))
    decision = decide(stranger)
    reasons = [
        f"the {kind} 'app' is of the account 111111111111, and {resource} of another: only a policy on the resource "
        "could let it in, and ElastiCache has none"
        for resource in BOTH
    ]
    assert decision == Decision(False, "; ".join(reasons))


def test_all_resources_but_some_are_named_by_not_resource() -> None:
    others = role(policy(without("Resource", NotResource="arn:aws:s3:::*")))
    one = role(policy(without("Resource", NotResource=USER_ARN)))
    assert (decide(others).allowed, decide(one).allowed) == (True, False)


@pytest.mark.parametrize(
    ("condition", "allowed"),
    [
        ({"StringEquals": {"aws:ResourceTag/team": "checkout"}}, True),
        ({"StringEquals": {"AWS:resourcetag/TEAM": "checkout"}}, True),
        ({"StringEquals": {"aws:ResourceTag/team": "Checkout"}}, False),
        ({"StringEquals": {"aws:ResourceTag/team": ["billing", "checkout"]}}, True),
        ({"StringEquals": {"aws:ResourceTag/team": "check*"}}, False),
        ({"StringEqualsIgnoreCase": {"aws:ResourceTag/team": "CHECKOUT"}}, True),
        ({"StringLike": {"aws:ResourceTag/team": "check*"}}, True),
        ({"StringNotLike": {"aws:ResourceTag/team": ["bill*", "check*"]}}, False),
        ({"StringNotEquals": {"aws:ResourceTag/team": ["billing", "search"]}}, True),
        ({"StringNotEqualsIgnoreCase": {"aws:ResourceTag/team": "CHECKOUT"}}, False),
        ({"stringequals": {"aws:ResourceTag/team": "checkout"}}, True),
        # a key that the request lacks
        ({"StringEquals": {"aws:ResourceTag/stage": "prod"}}, False),
        ({"StringNotEquals": {"aws:ResourceTag/stage": "prod"}}, True),
        ({"StringEqualsIfExists": {"aws:ResourceTag/stage": "prod"}}, True),
        ({"StringEqualsIfExists": {"aws:ResourceTag/team": "billing"}}, False),
        ({"Null": {"aws:ResourceTag/stage": "true"}}, True),
        ({"Null": {"aws:ResourceTag/stage": False}}, False),
        ({"Null": {"aws:ResourceTag/team": "false"}}, True),
        ({"Null": {"aws:ResourceTag/team": True}}, False),
        ({"ForAllValues:StringEquals": {"aws:TagKeys": ["team"]}}, True),
        ({"ForAnyValue:StringEquals": {"aws:TagKeys": ["team"]}}, False),
        ({"ForAnyValue:StringNotEquals": {"aws:TagKeys": ["team"]}}, False),
        ({"ForAllValues:StringLike": {"aws:ResourceTag/team": ["check*", "x"]}}, True),
        ({"ForAllValues:StringNotLike": {"aws:ResourceTag/team": ["check*", "x"]}}, False),
        ({"ForAnyValue:StringLike": {"aws:ResourceTag/team": ["bill*"]}}, False),
        ({"StringEquals": {"s3:prefix": "x"}}, False),
        ({"Null": {"elasticache:CacheNodeType": "true"}}, True),
        # all of them must hold
        ({"StringLike": {"aws:ResourceTag/team": "*"}, "Bool": {"aws:SecureTransport": "false"}}, False),
        ({"StringLike": {"aws:ResourceTag/team": "*"}, "Bool": {"aws:SecureTransport": True}}, True),
        ({"StringLike": {"aws:ResourceTag/team": "*", "aws:ResourceTag/stage": "*"}}, False),
        ({"Bool": {"aws:SecureTransport": "TRUE"}}, True),
        # noon of 31 January 2026
        ({"DateGreaterThan": {"aws:CurrentTime": "2026-01-31T11:59:59Z"}}, True),
        ({"DateGreaterThan": {"aws:CurrentTime": "2026-01-31T12:00:00Z"}}, False),
        ({"DateGreaterThanEquals": {"aws:CurrentTime": "2026-01-31T13:00:00+01:00"}}, True),
        ({"DateLessThan": {"aws:CurrentTime": "2026-02"}}, True),
        ({"DateLessThanEquals": {"aws:CurrentTime": "2026"}}, False),
        ({"DateEquals": {"aws:CurrentTime": "1769860800"}}, True),
        ({"DateNotEquals": {"aws:CurrentTime": "2026-01-31T12:00:00Z"}}, False),
        ({"DateLessThan": {"aws:EpochTime": "2026-02-01"}}, True),
        ({"NumericLessThan": {"aws:EpochTime": 1769860801}}, True),
        ({"NumericLessThanEquals": {"aws:EpochTime": "1769860799"}}, False),
        ({"NumericEquals": {"aws:EpochTime": "1769860800.0"}}, True),
        ({"NumericNotEquals": {"aws:EpochTime": ["1", "1769860800"]}}, False),
        ({"NumericEquals": {"aws:PrincipalArn": "1"}}, False),
        ({"ArnEquals": {"aws:PrincipalArn": ROLE_ARN}}, True),
        ({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::000000000000:role/service/*"}}, True),
        ({"ArnEquals": {"aws:PrincipalArn": "arn:*:iam::*:role/*"}}, True),
        ({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam:*"}}, False),
        ({"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/admin*"}}, True),
        ({"BinaryEquals": {"aws:PrincipalAccount": "MDAw"}}, False),
        ({"IpAddress": {"aws:VpcSourceIp": "10.1.0.0/16"}}, True),
        ({"IpAddress": {"aws:VpcSourceIp": ["10.9.0.0/16", "10.1.2.3"]}}, True),
        ({"IpAddress": {"aws:VpcSourceIp": "2001:db8::/32"}}, False),
        ({"NotIpAddress": {"aws:VpcSourceIp": "10.0.0.0/8"}}, False),
        ({"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}, True),
        ({"StringNotEquals": {"aws:RequestedRegion": ["us-east-1", "eu-west-1"]}}, False),
        ({"StringEquals": {"aws:PrincipalAccount": "000000000000"}}, True),
        ({"StringEquals": {"aws:ResourceAccount": "${aws:PrincipalAccount}"}}, True),
        ({"StringEquals": {"aws:PrincipalType": "AssumedRole"}}, True),
        ({"NotIpAddressIfExists": {"aws:VpcSourceIp": "192.168.0.0/16"}}, True),
        # variables
        ({"StringEquals": {"aws:ResourceTag/team": "${aws:PrincipalTag/team}"}}, True),
        ({"StringEquals": {"aws:ResourceTag/team": "${aws:PrincipalTag/stage, 'checkout'}"}}, True),
        ({"StringEquals": {"aws:ResourceTag/team": "${aws:PrincipalTag/stage}"}}, False),
        ({"StringLike": {"aws:ResourceTag/team": "check${*}"}}, False),
        # a variable without a value: inverted operators hold against it, and the others don't
        ({"StringEquals": {"aws:ResourceTag/team": ["${aws:PrincipalTag/stage}", "checkout"]}}, True),
        ({"StringNotEquals": {"aws:ResourceTag/team": "${aws:PrincipalTag/stage}"}}, True),
        ({"StringNotEquals": {"aws:ResourceTag/team": ["${aws:PrincipalTag/stage}", "checkout"]}}, False),
        ({"StringNotLike": {"aws:ResourceTag/team": "*${aws:PrincipalTag/stage}"}}, True),
        ({"StringNotEqualsIgnoreCase": {"aws:ResourceTag/team": "${aws:PrincipalTag/stage}"}}, True),
        ({"StringLikeIfExists": {"aws:ResourceTag/team": "${aws:PrincipalTag/stage}"}}, False),
        ({"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/${aws:PrincipalTag/stage}"}}, True),
        ({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/*${aws:PrincipalTag/stage}"}}, False),
        ({"ForAllValues:StringEquals": {"aws:ResourceTag/team": "${aws:PrincipalTag/stage}"}}, False),
        ({"ForAllValues:StringNotEquals": {"aws:ResourceTag/team": "${aws:PrincipalTag/stage}"}}, True),
        ({"ForAnyValue:StringNotEquals": {"aws:ResourceTag/team": "${aws:PrincipalTag/stage}"}}, True),
        ({"StringNotEquals": {"aws:ResourceTag/stage": "${aws:PrincipalTag/stage}"}}, True),
        ({"StringEqualsIfExists": {"aws:ResourceTag/stage": "${aws:PrincipalTag/stage}"}}, True),
        # a variable that we can't know matters only where no other value decides
        ({"StringEquals": {"aws:ResourceTag/team": ["${aws:PrincipalOrgID}", "checkout"]}}, True),
        ({"StringNotEquals": {"aws:ResourceTag/team": ["${aws:PrincipalOrgID}", "billing"]}}, False),
        # AWS doesn't say which of ForAnyValue and IfExists wins without the key: nobody is let in by it
        ({"ForAnyValue:StringEqualsIfExists": {"aws:TagKeys": ["team"]}}, False),
        ({"ForAnyValue:StringNotEqualsIfExists": {"aws:TagKeys": ["team"]}}, False),
        ({"ForAllValues:StringEqualsIfExists": {"aws:TagKeys": ["team"]}}, True),
    ],
)
def test_a_condition_holds_as_documented(condition: Fields, allowed: bool) -> None:
    principal = role(policy(allow(Condition=condition)))
    assert decide(principal, aws__VpcSourceIp="10.1.2.3").allowed is allowed


def test_a_deny_of_which_aws_does_not_say_whether_it_holds_denies() -> None:
    condition = {"ForAnyValue:StringEqualsIfExists": {"aws:TagKeys": ["team"]}}
    decision = decide(role(policy(allow(), deny(Condition=condition))))
    assert decision.allowed is False
    assert "which the request lacks" in decision.reason


@pytest.mark.parametrize(
    ("principal", "allowed"),
    [
        (
            person(
                policy(
                    allow(Resource="arn:aws:elasticache:*:*:user:${aws:username}"), allow(Resource=CACHE_ARN)
                )
            ),
            True,
        ),
        (
            person(
                policy(allow(Resource="arn:aws:elasticache:*:*:*:${aws:userName}"), allow(Resource=CACHE_ARN))
            ),
            True,
        ),
        # An entry with a variable that has no value matches nothing, and the others count.
        (role(policy(allow(Resource=[*BOTH, "arn:aws:elasticache:*:*:user:${aws:username}"]))), True),
        (role(policy(allow(Resource=[CACHE_ARN, "arn:aws:elasticache:*:*:user:${aws:username}"]))), False),
        (role(policy(allow(), deny(Resource="arn:aws:elasticache:*:*:user:${aws:username}"))), True),
        (role(policy(allow(), deny(Resource=["arn:aws:s3:::${aws:username}", USER_ARN]))), False),
        (role(policy(without("Resource", NotResource=["arn:aws:s3:::${aws:username}"]))), True),
        (role(policy(without("Resource", NotResource=["arn:aws:s3:::${aws:username}", USER_ARN]))), False),
        # An entry that we can't know decides only where no other does.
        (role(policy(allow(Resource=[*BOTH, "arn:aws:s3:::${aws:PrincipalOrgID}"]))), True),
        (role(policy(allow(Resource="arn:aws:elasticache:*:*:*:${aws:PrincipalOrgID}"))), False),
        (role(policy(allow(), deny(Resource="arn:aws:elasticache:*:*:*:${aws:PrincipalOrgID}"))), False),
        (role(policy(without("Resource", NotResource="arn:aws:s3:::${aws:PrincipalOrgID}"))), False),
        (role(policy(allow(Resource="${*}"))), False),
        (role(policy(allow(Resource=[*BOTH, "${unclosed"]))), True),
        (role(policy(allow(Resource=[*BOTH, "${aws:username}"]), version="2008-10-17")), True),
    ],
)
def test_a_variable_stands_for_its_value_and_spoils_its_entry_without_one(
    principal: Principal, allowed: bool
) -> None:
    assert decide(principal).allowed is allowed


@pytest.mark.parametrize(
    "key",
    [
        *("aws:SourceVpc", "aws:SourceVpce", "aws:SourceIp", "aws:PrincipalOrgID", "aws:userid"),
        *("aws:MultiFactorAuthPresent", "aws:TokenIssueTime", "aws:FederatedProvider"),
        *("aws:ResourceTag/aws:cloudformation:stack-name", "aws:PrincipalTag/aws:x"),
    ],
)
@pytest.mark.parametrize(
    "operator", ["StringEquals", "StringNotEquals", "StringEqualsIfExists", "ForAllValues:StringLike"]
)
def test_what_cannot_be_known_allows_nothing_and_denies(operator: str, key: str) -> None:
    condition = {operator: {key: "any"}}
    allowing, denying = (policy(make(Condition=condition)) for make in (allow, deny))
    assert (decide(role(allowing)).allowed, decide(role(policy(allow()), denying)).allowed) == (False, False)


@pytest.mark.parametrize(
    "condition",
    [
        {"NotIpAddress": {"aws:VpcSourceIp": "10.0.0.0/33"}},
        {"NumericNotEquals": {"aws:EpochTime": "many"}},
        {"NumericNotEquals": {"aws:EpochTime": "nan"}},
        {"NumericLessThan": {"aws:EpochTime": "Infinity"}},
        {"NumericLessThan": {"aws:EpochTime": "1_000_000_000_000"}},
        {"DateNotEquals": {"aws:CurrentTime": ["2026-01-01", "soon"]}},
        {"Bool": {"aws:SecureTransport": "maybe"}},
        {"Null": {"aws:ResourceTag/team": "maybe"}},
    ],
)
def test_a_value_that_cannot_be_read_allows_nothing_and_denies(condition: Fields) -> None:
    allowing, denying = (policy(make(Condition=condition)) for make in (allow, deny))
    decisions = decide(role(allowing), aws__VpcSourceIp="1.2.3.4"), decide(role(policy(allow()), denying))
    assert [decision.allowed for decision in decisions] == [False, False]


def test_what_the_caller_knows_is_known() -> None:
    principal = role(policy(allow(Condition={"StringEquals": {"aws:SourceVpc": "vpc-1"}})))
    assert (
        decide(principal, aws__SourceVpc="vpc-1").allowed,
        decide(principal, aws__SourceVpc="vpc-2").allowed,
    ) == (
        True,
        False,
    )


def test_tags_that_nobody_told_are_not_known() -> None:
    principal = role(policy(allow(Condition={"StringNotEquals": {"aws:PrincipalTag/team": "x"}})), tags=None)
    assert decide(principal).reason.endswith(
        "would, but its condition StringNotEquals aws:PrincipalTag/team depends on aws:PrincipalTag/team, which isn't "
        "known here"
    )


@pytest.mark.parametrize(
    ("condition", "unknown"),
    [
        ({"StringEquals": {"aws:SourceVpc": "vpc-1"}}, "aws:SourceVpc"),
        ({"StringEquals": {"aws:ResourceTag/team": "${aws:PrincipalOrgID}"}}, "aws:PrincipalOrgID"),
        ({"NotIpAddress": {"aws:VpcSourceIp": "10.0.0.0/33"}}, "'10.0.0.0/33'"),
    ],
)
def test_a_refusal_names_what_is_not_known(condition: Fields, unknown: str) -> None:
    reason = decide(role(policy(allow(Condition=condition))), aws__VpcSourceIp="1.2.3.4").reason
    assert f" depends on {unknown}, which isn't known here" in reason


@pytest.mark.parametrize("key", ["aws:MultiFactorAuthPresent", "aws:TokenIssueTime", "aws:FederatedProvider"])
def test_a_users_own_credentials_are_no_session(key: str) -> None:
    assert decide(person(policy(allow(Condition={"Null": {key: "true"}})))).allowed


def test_an_allowance_names_its_statements() -> None:
    principal = role(policy(allow(Resource=CACHE_ARN, Sid="Cache"), allow(Resource=USER_ARN)))
    assert decide(principal) == Decision(
        True,
        f"Sid 'Cache' of the policy 'shop' allows elasticache:Connect on {CACHE_ARN}; "
        f"Statement[1] of the policy 'shop' allows elasticache:Connect on {USER_ARN}",
    )


@pytest.mark.parametrize(
    ("granted", "missing", "remedy"),
    [
        (CACHE_ARN, USER_ARN, "user.grant_connect(role)"),
        (USER_ARN, CACHE_ARN, "serverless_cache.grant_connect(role)"),
    ],
)
def test_a_missing_half_is_named_with_the_line_to_add(granted: str, missing: str, remedy: str) -> None:
    assert decide(role(policy(allow(Resource=granted)))) == Decision(
        False, f"no policy of the role 'shop-role' allows elasticache:Connect on {missing}", (remedy,)
    )


def test_a_refusal_names_the_statement_that_denies() -> None:
    assert decide(role(policy(allow(), deny(Sid="Never", Resource=CACHE_ARN), name="all"))) == Decision(
        False, f"Sid 'Never' of the policy 'all' denies elasticache:Connect on {CACHE_ARN}"
    )


def test_a_refusal_names_the_boundary_that_forgets_it() -> None:
    limits = policy(allow(Action="s3:*"), name="limits")
    assert may_connect(role(policy(allow()), boundary=limits), CACHE, CACHE, now=NOW).reason == "; ".join(
        [f"the permissions boundary 'limits' doesn't allow elasticache:Connect on {CACHE_ARN}"] * 2
    )


def test_a_refusal_names_the_condition_in_the_way_and_the_policies_not_read() -> None:
    principal = role(
        policy(
            allow(Resource=USER_ARN),
            allow(Resource=CACHE_ARN, Condition={"Bool": {"aws:SecureTransport": "false"}}),
        ),
        foreign=("arn:aws:iam::000000000000:policy/Team",),
    )
    assert decide(principal) == Decision(
        False,
        f"no policy of the role 'shop-role' allows elasticache:Connect on {CACHE_ARN}; Statement[1] of the policy "
        "'shop' would, but its condition Bool aws:SecureTransport isn't met; not read, since the template doesn't "
        "declare them: arn:aws:iam::000000000000:policy/Team",
        ("serverless_cache.grant_connect(role)",),
    )


@given(st.text("ab*?$", max_size=12), st.text("ab$", max_size=12))
def test_a_pattern_matches_what_shell_style_matching_does(pattern: str, name: str) -> None:
    condition = {"StringLike": {"aws:SourceVpc": pattern}}
    decision = decide(role(policy(allow(Condition=condition))), aws__SourceVpc=name)
    assert decision.allowed is fnmatchcase(name, pattern)


def test_a_pattern_of_many_wildcards_takes_no_longer_than_its_length() -> None:
    steps = "*a" * 3_000 + "*" * 3_000 + "b"
    condition = {"StringLike": {"aws:SourceVpc": steps}}
    assert not decide(role(policy(allow(Condition=condition))), aws__SourceVpc="a" * 100)
