"""Tokens, held against botocore's own signer: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth-iam.html."""

from collections.abc import Mapping
from datetime import UTC, datetime
from unittest.mock import patch
from urllib.parse import parse_qsl, quote

import pytest
from botocore.auth import SigV4QueryAuth  # type: ignore[import-untyped]
from botocore.awsrequest import AWSRequest  # type: ignore[import-untyped]
from botocore.credentials import Credentials as BotocoreCredentials  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st

from cdk_elasticache.model.iam.token import (
    CLOCK_SKEW,
    LIFETIME,
    LONGEST,
    Credentials,
    Key,
    looks_like_token,
    sign,
    verify,
)

NOW = datetime(2026, 1, 31, 12, 0, tzinfo=UTC).timestamp()
ROLE = "arn:aws:iam::000000000000:role/shop"
SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
LONG_TERM = Credentials("AKIDEXAMPLE", SECRET)
TEMPORARY = Credentials("ASIDEXAMPLE", SECRET, "FwoGZXIvYXdzE//+session=token==")
KEYS = {
    "AKIDEXAMPLE": Key(SECRET, ROLE),
    "ASIDEXAMPLE": Key(SECRET, ROLE, TEMPORARY.session_token, expires=NOW + 60),
}
REQUEST = {"Action": "connect", "User": "iam-user", "ResourceType": "ServerlessCache"}


def botocore_token(
    credentials: Credentials = LONG_TERM,
    host: str = "my-cache",
    *,
    request: Mapping[str, str] = REQUEST,
    service: str = "elasticache",
    region: str = "eu-west-1",
    at: float = NOW,
    expires: int = 900,
) -> str:
    """What a Python client sends, signed by botocore as the AWS documentation shows."""
    signer = SigV4QueryAuth(BotocoreCredentials(*credentials), service, region, expires=expires)
    request_made = AWSRequest("GET", f"http://{host}/", params=dict(request))
    with patch("botocore.auth.get_current_datetime", return_value=datetime.fromtimestamp(at, UTC)):
        signer.add_auth(request_made)
    return str(request_made.url).removeprefix("http://")


def failed(
    token: str | bytes, *, now: float = NOW, keys: Mapping[str, Key] = KEYS, user: str = "iam-user"
) -> str:
    """The check that fails, or ``""``."""
    return verify(token, cache_name="my-cache", auth_name=user, region="eu-west-1", now=now, keys=keys).failed


@pytest.mark.parametrize("credentials", [LONG_TERM, TEMPORARY], ids=["long-term", "temporary"])
def test_our_token_is_the_one_that_botocore_makes(credentials: Credentials) -> None:
    assert sign("my-cache", "iam-user", credentials, "eu-west-1", NOW) == botocore_token(credentials)


def test_the_signature_is_the_one_of_other_signers_too() -> None:
    # What @smithy/signature-v4 5 and aws4 1.13 gave for the same request, each by itself.
    expected = "76127381c83869368dff35080a3ae00d7a27b05ff62bfb342f158125dd08620d"
    assert sign("my-cache", "iam-user", TEMPORARY, "eu-west-1", NOW).endswith(f"&X-Amz-Signature={expected}")


@pytest.mark.parametrize("credentials", [LONG_TERM, TEMPORARY], ids=["long-term", "temporary"])
def test_a_token_of_botocore_names_its_principal(credentials: Credentials) -> None:
    verdict = verify(
        botocore_token(credentials).encode(),
        cache_name="my-cache",
        auth_name="iam-user",
        region="eu-west-1",
        now=NOW,
        keys=KEYS,
    )
    assert verdict
    assert verdict == ("", "", ROLE)


def test_we_sign_for_the_lower_case_name_of_the_cache() -> None:
    assert sign("My-Cache", "iam-user", LONG_TERM, "eu-west-1", NOW) == botocore_token()


@pytest.mark.parametrize(
    ("age", "check"),
    [
        (-CLOCK_SKEW - 1, "future"),
        (-CLOCK_SKEW, ""),
        (0, ""),
        (LIFETIME - 1, ""),
        (LIFETIME, "expired"),
        (86_400, "expired"),
    ],
)
def test_a_token_lives_for_fifteen_minutes(age: float, check: str) -> None:
    assert failed(botocore_token(), now=NOW + age) == check


def test_a_token_that_its_signer_made_shorter_lives_shorter() -> None:
    assert (
        failed(botocore_token(expires=60), now=NOW + 59),
        failed(botocore_token(expires=60), now=NOW + 60),
    ) == (
        "",
        "expired",
    )


@pytest.mark.parametrize("expires", [0, 901, 3600, 10**30])
def test_a_lifetime_beyond_what_the_service_has_is_refused(expires: int) -> None:
    assert failed(botocore_token(expires=expires)) == "lifetime"


@pytest.mark.parametrize(
    ("token", "check"),
    [
        (botocore_token(host="other-cache"), "cache"),
        (botocore_token(host="my-cache.example.com"), "cache"),
        (botocore_token(host="my-cache:6379"), "cache"),
        ("http://" + botocore_token(), "cache"),
        (botocore_token().replace("my-cache", "My-Cache"), "cache"),
        (botocore_token(request=REQUEST | {"Action": "Connect"}), "action"),
        (botocore_token(request=REQUEST | {"User": "other"}), "user"),
        (botocore_token(request=REQUEST | {"ResourceType": "ReplicationGroup"}), "resource-type"),
        (botocore_token(region="us-east-1"), "scope"),
        (botocore_token(service="rds-db"), "scope"),
        (botocore_token().replace("%2F20260131%2F", "%2F20260130%2F"), "scope"),
        (botocore_token().replace("aws4_request", "aws5_request"), "scope"),
        (botocore_token().replace("AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256"), "algorithm"),
        (botocore_token().replace("SignedHeaders=host", "SignedHeaders=host%3Bx-date"), "signed-headers"),
        (botocore_token().replace("T120000Z", "T120001Z"), "signature"),
        (botocore_token().replace("T120000Z", "T250000Z"), "date"),
        (botocore_token().replace("T120000Z", "T120000+"), "date"),
        (botocore_token().replace("Expires=900", "Expires=899"), "signature"),
        (botocore_token().replace("Expires=900", "Expires=-1"), "lifetime"),
        (botocore_token(Credentials("AKIDOTHER", SECRET)), "key"),
        (botocore_token(Credentials("AKIDEXAMPLE", "another secret")), "signature"),
        (botocore_token(Credentials("AKIDEXAMPLE", SECRET, "stray session token")), "session-token"),
        (botocore_token(TEMPORARY._replace(session_token=None)), "session-token"),
        (botocore_token(TEMPORARY._replace(session_token="of somebody else")), "session-token"),
        (botocore_token() + "&User=iam-user", "parameters"),
        (botocore_token() + "&X-Amz-Signature=00", "parameters"),
        (botocore_token() + "&more=unsigned", "signature"),
        (botocore_token() + "&", "signature"),
        (botocore_token() + "0", "signature"),
        (botocore_token().partition("/")[0], "form"),
        (botocore_token().partition("/")[2], "form"),
        (botocore_token() + "&x=" + "x" * LONGEST, "length"),
        ("a password", "form"),
        ("", "form"),
        ("\ud800/?\udcff", "parameters"),
    ],
)
def test_a_token_for_anything_else_is_refused_for_that(token: str, check: str) -> None:
    assert failed(token) == check


def test_a_token_is_refused_to_another_user_than_it_names() -> None:
    assert failed(botocore_token(), user="other\udcff") == "user"


@pytest.mark.parametrize("name", [name for name, _ in parse_qsl(botocore_token().partition("?")[2])])
def test_every_parameter_is_needed_once(name: str) -> None:
    host, _, query = botocore_token().partition("?")
    pieces = query.split("&")
    (own,) = (piece for piece in pieces if piece.startswith(f"{name}="))
    without = host + "?" + "&".join(piece for piece in pieces if piece != own)
    assert (failed(without), failed(f"{host}?{query}&{own}")) == ("parameters", "parameters")


def test_temporary_credentials_end_their_tokens_when_they_end() -> None:
    token = botocore_token(TEMPORARY)
    assert (failed(token, now=NOW + 59), failed(token, now=NOW + 60)) == ("", "credentials-expired")


@given(st.randoms(use_true_random=False))
def test_parameters_may_come_in_any_order(random: object) -> None:
    host, _, query = botocore_token(TEMPORARY).partition("?")
    pieces = query.split("&")
    random.shuffle(pieces)  # type: ignore[attr-defined]
    assert failed(f"{host}?{'&'.join(pieces)}") == ""


@pytest.mark.parametrize(
    "encode",
    [
        lambda text: quote(text, safe="/"),
        lambda text: "".join(f"%{byte:02x}" for byte in text.encode()),
        lambda text: "".join(f"%{byte:02X}" for byte in text.encode()),
    ],
    ids=["slash-bare", "all-lower", "all-upper"],
)
def test_any_encoding_of_what_was_signed_will_do(encode: object) -> None:
    host, _, query = botocore_token().partition("?")
    pairs = [f"{encode(name)}={encode(value)}" for name, value in parse_qsl(query)]  # type: ignore[operator]
    assert failed(f"{host}?{'&'.join(pairs)}") == ""


@given(st.data())
def test_a_token_with_any_byte_changed_is_refused(data: st.DataObject) -> None:
    token = botocore_token(TEMPORARY).encode()
    at = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.integers(0, 255).filter(lambda byte: byte != token[at]))
    changed = token[:at] + bytes([other]) + token[at + 1 :]
    # %2f says what %2F says: the only bytes that may differ.
    same = token[:at].endswith((b"%2", b"%3")) and bytes([other]).upper() == token[at : at + 1]
    assert (failed(changed) == "") is same


@given(st.data())
def test_a_token_that_lost_or_gained_a_byte_is_refused(data: st.DataObject) -> None:
    token = botocore_token().encode()
    at = data.draw(st.integers(0, len(token) - 1))
    extra = data.draw(st.binary(min_size=1, max_size=3))
    assert failed(token[:at] + token[at + 1 :]) != ""
    assert failed(token[:at] + extra + token[at:]) != ""


@given(st.binary(max_size=400) | st.text(max_size=400))
def test_garbage_is_refused_and_never_raises(garbage: bytes | str) -> None:
    assert failed(garbage) != ""


def test_no_refusal_shows_the_token_or_a_secret() -> None:
    token = botocore_token(Credentials("AKIDEXAMPLE", "another secret"))
    verdict = verify(
        token, cache_name="my-cache", auth_name="iam-user", region="eu-west-1", now=NOW, keys=KEYS
    )
    assert verdict == ("signature", "the signature is wrong", "")


def test_credentials_and_keys_keep_their_secrets_when_shown() -> None:
    shown = f"{TEMPORARY!r} {KEYS!r} {TEMPORARY}"
    assert SECRET not in shown
    assert "session=token" not in shown


@pytest.mark.parametrize(
    ("password", "answer"),
    [
        (botocore_token().encode(), True),
        (botocore_token(TEMPORARY).encode(), True),
        (b"a password that is none", False),
        (b"my-cache/?", False),
        (b"x" * 10_000_000, False),
        (b"", False),
    ],
)
def test_a_token_is_told_from_a_password_by_its_look(password: bytes, answer: bool) -> None:
    assert looks_like_token(password) is answer
