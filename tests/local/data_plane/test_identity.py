"""IAM users: tokens by botocore's own signer, through the real gateway, into the real engine."""

from dataclasses import replace

import pytest
from botocore.auth import SigV4QueryAuth  # type: ignore[import-untyped]
from botocore.awsrequest import AWSRequest  # type: ignore[import-untyped]
from botocore.credentials import Credentials  # type: ignore[import-untyped]

from cdk_elasticache.local.data_plane.snapshot import Principal

from ..conftest import ACCOUNT, CACHE_ARN, REGION, Running, Serve, user
from .wire import WRONGPASS, wire


def token(signer: Principal, name: str = "worker", cache: str = "shop", region: str = REGION) -> bytes:
    """What a program on AWS would send as its password."""
    parameters = {"Action": "connect", "User": name, "ResourceType": "ServerlessCache"}
    request = AWSRequest("GET", f"http://{cache}/", params=parameters)
    keys = Credentials(signer.access_key_id, signer.secret_access_key, signer.session_token)
    SigV4QueryAuth(keys, "elasticache", region, expires=900).add_auth(request)
    return str(request.url).removeprefix("http://").encode()


def auth(password: bytes, name: bytes = b"worker") -> bytes:
    """AUTH as an array."""
    words = (b"AUTH", name, password)
    return b"*3\r\n" + b"".join(b"$%d\r\n%b\r\n" % (len(word), word) for word in words)


@pytest.fixture
def cache(start: Serve, principal: Principal) -> Running:
    """A cache with one IAM user and a default user that is off."""
    return start(
        users=(user("worker", "on ~* +@all", "iam"), user("default", "off -@all")), principals=(principal,)
    )


def test_a_token_of_an_allowed_role_lets_in(cache: Running, principal: Principal) -> None:
    with wire(cache) as client:
        client.ask(auth(token(principal)), b"+OK\r\n")
        client.ask(b"ACL WHOAMI\r\n", b"$6\r\nworker\r\n")


def test_a_token_in_hello_lets_in_and_changes_the_protocol(cache: Running, principal: Principal) -> None:
    with wire(cache) as client:
        assert client.line(b'HELLO 3 AUTH worker "%b"\r\n' % token(principal)) == b"%7\r\n"


@pytest.mark.parametrize("name", [b"auth", b"setname", b"x"])
def test_a_token_in_hello_lets_in_whatever_the_client_calls_itself(
    cache: Running, principal: Principal, name: bytes
) -> None:
    with wire(cache) as client:
        hello = b'HELLO 3 SETNAME %b AUTH worker "%b" SETNAME last\r\n' % (name, token(principal))
        assert client.line(hello) == b"%7\r\n"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"name": "other"}, "user"),
        ({"cache": "else"}, "cache"),
        ({"region": "us-east-1"}, "scope"),
    ],
)
def test_a_token_for_something_else_is_refused_and_the_log_says_why(
    cache: Running, principal: Principal, changes: dict[str, str], reason: str
) -> None:
    with wire(cache) as client:
        client.ask(auth(token(principal, **changes)), WRONGPASS)
        client.ask(b"PING\r\n", b"-NOAUTH Authentication required.\r\n")
    refused = cache.wait_for(lambda event: event["event"] == "refused")
    assert (refused["user"], refused["remedies"]) == ("worker", [])
    assert reason in refused["reason"]


def test_credentials_from_elsewhere_are_refused_and_the_log_says_where_to_get_some(
    cache: Running, principal: Principal
) -> None:
    with wire(cache) as client:
        client.ask(auth(token(replace(principal, access_key_id="AKIAOFAWS"))), WRONGPASS)
    assert cache.wait_for(lambda event: event["event"] == "refused") == {
        "event": "refused",
        "user": "worker",
        "reason": "the access key that signed belongs to no role or user of the template",
        "remedies": ["cdk-elasticache credentials PRINCIPAL prints what to sign with here"],
    }


def test_the_log_is_told_once_of_policies_of_which_nobody_here_knows_what_they_say(
    start: Serve, principal: Principal
) -> None:
    team = f"arn:aws:iam::{ACCOUNT}:policy/Team"
    newer = "arn:aws:iam::aws:policy/NewerThanTheTable"
    known = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    signer = replace(principal, foreign=(team, newer, known))
    users = (user("worker", "on ~* +@all", "iam"), user("default", "off -@all"))
    cache = start(users=users, principals=(signer,))
    for _ in range(2):
        with wire(cache) as client:
            client.ask(auth(token(signer)), b"+OK\r\n")
    with wire(cache) as client:
        client.ask(auth(b"wrong"), WRONGPASS)
    cache.wait_for(lambda event: event["event"] == "refused")
    assert [event for event in cache.events if event["event"] == "unread"] == [
        {"event": "unread", "principal": signer.arn, "policies": [team, newer]}
    ]


@pytest.mark.parametrize(
    ("name", "called"),
    [(b"default", "default"), (b"nobody", "nobody"), (b"\x1b[2J\xff", "\\x1b[2J\N{REPLACEMENT CHARACTER}")],
)
def test_a_token_of_who_is_no_iam_user_of_the_cache_is_refused_and_the_log_says_so(
    cache: Running, principal: Principal, name: bytes, called: str
) -> None:
    with wire(cache) as client:
        client.ask(auth(token(principal, name="nobody"), name), WRONGPASS)
    assert cache.wait_for(lambda event: event["event"] == "refused") == {
        "event": "refused",
        "user": called,
        "reason": "a token came, and no IAM user of the cache's user group has this name",
        "remedies": [],
    }


def refusal(cache: Running, password: bytes, name: bytes) -> tuple[str, str]:
    """What the log is told of a login that fails."""
    with wire(cache) as client:
        client.ask(auth(password, name), WRONGPASS)
    event = cache.wait_for(lambda event: event["event"] == "refused")
    return event["user"], event["reason"]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        (b"app", "the password is none of the user's"),
        (b"gone", "the user is off"),
        (b"nobody", "no user of the cache's user group has this name"),
    ],
)
def test_the_log_is_told_why_a_password_was_refused(start: Serve, name: bytes, reason: str) -> None:
    users = (user("app", "on ~* +@all"), user("gone", "off -@all"))
    cache = start(users=users, passwords={"app": ["right-long-password"], "gone": ["gone-long-password"]})
    assert refusal(cache, b"gone-long-password", name) == (name.decode(), reason)


def test_the_log_is_told_that_there_are_no_users_without_a_group(open_cache: Running) -> None:
    reason = "no user group is attached to the cache, so there is only default, without a password"
    assert refusal(open_cache, b"any", b"app") == ("app", reason)


def test_a_role_without_the_grants_is_refused_and_told_the_lines_to_add(
    start: Serve, principal: Principal
) -> None:
    only_cache = {"Effect": "Allow", "Action": "elasticache:Connect", "Resource": CACHE_ARN}
    half = replace(principal, policies={"P": {"Version": "2012-10-17", "Statement": [only_cache]}})
    cache = start(
        users=(user("worker", "on ~* +@all", "iam"), user("default", "off -@all")), principals=(half,)
    )
    with wire(cache) as client:
        client.ask(auth(token(half)), WRONGPASS)

    refused = cache.wait_for(lambda event: event["event"] == "refused")
    assert f"elasticache:Connect on arn:aws:elasticache:{REGION}:{ACCOUNT}:user:worker" in refused["reason"]
    assert refused["remedies"] == ["user.grant_connect(role)"]


def test_a_grant_that_comes_later_lets_in_without_a_restart(start: Serve, principal: Principal) -> None:
    users = (user("worker", "on ~* +@all", "iam"), user("default", "off -@all"))
    cache = start(users=users, principals=(replace(principal, policies={}),))
    with wire(cache) as client:
        client.ask(auth(token(principal)), WRONGPASS)
        cache.update(principals=(principal,))
        client.ask(auth(token(principal)), b"+OK\r\n")


def test_the_engines_own_password_of_an_iam_user_is_no_token(cache: Running) -> None:
    with wire(cache) as client:
        client.ask(auth(cache.snapshot.users[0].engine_password.encode()), WRONGPASS)


def test_a_refused_token_keeps_who_had_signed_in(cache: Running, principal: Principal) -> None:
    with wire(cache) as client:
        client.ask(auth(token(principal)), b"+OK\r\n")
        client.ask(auth(b"shop/?not=a&token"), WRONGPASS)
        client.ask(b"ACL WHOAMI\r\n", b"$6\r\nworker\r\n")


def test_a_token_inside_a_transaction_is_refused(cache: Running, principal: Principal) -> None:
    with wire(cache) as client:
        client.ask(auth(token(principal)) + b"MULTI\r\n", b"+OK\r\n+OK\r\n")
        assert client.line(auth(token(principal))).startswith(b"-ERR ")
        client.ask(b"EXEC\r\n", b"-EXECABORT Transaction discarded because of previous errors.\r\n")


def test_a_session_lasts_for_twelve_hours(cache: Running) -> None:
    assert cache.snapshot.session == 12 * 60 * 60


def test_a_silent_sign_in_that_fails_keeps_the_end_of_the_session(start: Serve, principal: Principal) -> None:
    cache = start(
        users=(user("worker", "on ~* +@all", "iam"), user("default", "off -@all")),
        principals=(principal,),
        session=1.0,
    )
    with wire(cache) as client:
        client.ask(auth(token(principal)), b"+OK\r\n")
        client.socket.sendall(b"CLIENT REPLY OFF\r\nAUTH nobody wrong\r\n")
        assert client.read(1) == b""


def test_a_session_ends_in_time_unless_the_user_signs_in_again(start: Serve, principal: Principal) -> None:
    users = (user("worker", "on ~* +@all", "iam"), user("default", "off -@all"))
    cache = start(users=users, principals=(principal,), session=1.0)
    with wire(cache) as renewed, wire(cache) as idle:
        renewed.ask(auth(token(principal)), b"+OK\r\n")
        idle.ask(auth(token(principal)), b"+OK\r\n")
        cache.update(session=3600.0)
        renewed.ask(auth(token(principal)), b"+OK\r\n")

        assert idle.read(1) == b""  # blocks until the end
        renewed.ask(b"PING\r\n", b"+PONG\r\n")
