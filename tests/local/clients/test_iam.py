"""Who gets in as an IAM user, by what the roles of the template may do; each claim with a real client."""

import pytest
import valkey

from cdk_elasticache import local
from tests.local.control_plane.conftest import next_texts, watched

ARNS = "arn:aws:elasticache:us-east-1:000000000000"
CACHE, USER = (
    f"elasticache:Connect on {ARNS}:serverlesscache:shop",
    f"elasticache:Connect on {ARNS}:user:token",
)


def sign_in(running: local.Local, role: str) -> None:
    cache = running.caches["Shop"]
    name, token = cache.login("token", role)
    with valkey.Valkey(
        host=cache.host, port=cache.port, ssl=True, ssl_ca_certs=cache.ca_file, username=name, password=token
    ) as client:
        client.ping()


@pytest.mark.parametrize(
    "principal",
    [
        *("AppRole", "BoundedWidely", "Administrator", "Attached", "named-by-policy"),
        *("Ann", "bob", "SameTeam", "Near"),
    ],
)
def test_whoever_may_connect_to_cache_and_user_gets_in(principal: str, running: local.Local) -> None:
    sign_in(running, principal)


@pytest.mark.parametrize(
    ("role", "reasons"),
    [
        ("NoGrant", [f"allows {CACHE}", f"allows {USER}", "serverless_cache.grant_connect(role)"]),
        ("CacheGrant", [f"allows {USER}", "user.grant_connect(role)"]),
        ("UserGrant", [f"allows {CACHE}", "serverless_cache.grant_connect(role)"]),
        ("Denied", [f"Statement[0] of the policy 'DenyConnect' denies {USER}"]),
        (
            "Bounded",
            [f"the permissions boundary 'ReadOnlyAccess' doesn't allow {CACHE}"],
        ),
        ("WidelyBoundOnly", [f"allows {CACHE}", f"allows {USER}"]),
        ("BoundedHere", [f"the permissions boundary 'narrow' doesn't allow {USER}"]),
        ("OtherTeam", ["its condition StringEquals aws:ResourceTag/team isn't met"]),
        ("NoTeam", ["its condition StringEquals aws:ResourceTag/team isn't met"]),
        ("Far", ["its condition StringEquals aws:RequestedRegion isn't met"]),
        ("InVpc", ["depends on aws:SourceVpc, which isn't known here"]),
    ],
)
def test_any_other_is_refused_as_with_a_wrong_password_and_the_log_says_why(
    role: str, reasons: list[str], running: local.Local
) -> None:
    refused = "invalid username-password pair or user is disabled"
    with watched(running.folder) as entries:
        with pytest.raises(valkey.AuthenticationError, match=refused):
            sign_in(running, role)
        (said,) = next_texts(entries, "refused")
    assert [reason for reason in reasons if reason not in said] == []
