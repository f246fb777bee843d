"""Who gets in as an IAM user, by what the roles of the template may do; each claim with a real client."""

import json
from collections.abc import Iterator

import pytest
import valkey

from cdk_elasticache import local

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


def refusals(running: local.Local) -> Iterator[str]:
    """What the log of the runtime says of those who were refused."""
    for line in (running.folder / "runtime.log").read_text().splitlines():
        text = json.loads(line)["text"]
        if text.startswith("refused"):
            yield text


@pytest.mark.parametrize("role", ["AppRole", "BoundedWidely", "Administrator"])
def test_a_role_that_may_connect_to_cache_and_user_gets_in(role: str, running: local.Local) -> None:
    sign_in(running, role)


@pytest.mark.parametrize(
    ("role", "reasons"),
    [
        ("NoGrant", [f"allows {CACHE}", f"allows {USER}", "serverless_cache.grant_connect(role)"]),
        ("CacheGrant", [f"allows {USER}", "user.grant_connect(role)"]),
        ("UserGrant", [f"allows {CACHE}", "serverless_cache.grant_connect(role)"]),
        ("Denied", [f"Statement[0] of the policy 'DenyConnect' denies {USER}"]),
        ("Bounded", ["permissions boundary arn:aws:iam::aws:policy/ReadOnlyAccess", "can't be known here"]),
        ("WidelyBoundOnly", [f"allows {CACHE}", f"allows {USER}"]),
    ],
)
def test_any_other_is_refused_as_with_a_wrong_password_and_the_log_says_why(
    role: str, reasons: list[str], running: local.Local
) -> None:
    before = len(list(refusals(running)))
    with pytest.raises(
        valkey.AuthenticationError, match="invalid username-password pair or user is disabled"
    ):
        sign_in(running, role)
    (said,) = list(refusals(running))[before:]
    assert [reason for reason in reasons if reason not in said] == []
