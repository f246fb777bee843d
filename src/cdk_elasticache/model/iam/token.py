"""IAM authentication tokens: a presigned request that nobody sends.

A token is the address, without its scheme, of a GET of ``/`` at a host called like the cache, presigned with
Signature Version 4 for the service ``elasticache``::

    my-cache/?Action=connect&User=iam-user-01&ResourceType=ServerlessCache&X-Amz-Algorithm=AWS4-HMAC-SHA256&...

Sources: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth-iam.html for the request,
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html for the signature.

Times are seconds since the epoch, given by the caller: there is no clock here. A token and a secret are in no
message and no repr.
"""

import hmac
from collections.abc import Mapping
from hashlib import sha256
from string import ascii_letters, digits, hexdigits
from typing import NamedTuple

from . import instant

#: Seconds for which a token is good.
LIFETIME = 900
#: Seconds that a signer's clock may be ahead of ours; what the service grants isn't documented.
CLOCK_SKEW = 300
#: Characters of the longest token that is looked at. Session tokens have no documented bound; real ones stay
#: under a quarter of this.
LONGEST = 16_384

_ALGORITHM = b"AWS4-HMAC-SHA256"
_SCOPE_END = b"elasticache/aws4_request"
_RESOURCE_TYPE = b"ServerlessCache"
_EMPTY_PAYLOAD = sha256(b"").hexdigest().encode()
_SECURITY_TOKEN = b"X-Amz-Security-Token"
_SIGNATURE = b"X-Amz-Signature"
_REQUIRED = (
    b"Action",
    b"User",
    b"ResourceType",
    b"X-Amz-Algorithm",
    b"X-Amz-Credential",
    b"X-Amz-Date",
    b"X-Amz-Expires",
    b"X-Amz-SignedHeaders",
    _SIGNATURE,
)

_UNRESERVED = frozenset((ascii_letters + digits + "-._~").encode())
_ENCODED = [bytes([code]) if code in _UNRESERVED else b"%%%02X" % code for code in range(256)]
_DECODED = {(a + b).encode(): bytes([int(a + b, 16)]) for a in hexdigits for b in hexdigits}


class Credentials(NamedTuple):
    """What a principal signs with.

    :param session_token: of temporary credentials. Default: they are long-term ones.
    """

    access_key_id: str
    secret_access_key: str
    session_token: str | None = None

    def __repr__(self) -> str:
        return f"Credentials(access_key_id={self.access_key_id!r})"


class Key(NamedTuple):
    """What a verifier knows of an access key.

    :param secret: the secret access key.
    :param principal_arn: ARN of the role or user that the key speaks for.
    :param session_token: which token temporary credentials must bring. Default: none may come.
    :param expires: when temporary credentials end. Default: never.
    """

    secret: str
    principal_arn: str
    session_token: str | None = None
    expires: float | None = None

    def __repr__(self) -> str:
        return f"Key(principal_arn={self.principal_arn!r}, expires={self.expires!r})"


class Verdict(NamedTuple):
    """What a token is worth; true where it is good.

    :param failed: the check that failed, stable: ``length``, ``form``, ``parameters``, ``cache``, ``action``,
        ``user``, ``resource-type``, ``algorithm``, ``signed-headers``, ``scope``, ``date``, ``lifetime``,
        ``future``, ``expired``, ``key``, ``session-token``, ``credentials-expired`` or ``signature``; ``""``
        where all hold.
    :param reason: the failure in a sentence.
    :param principal_arn: who signed; ``""`` unless the token is good.
    """

    failed: str
    reason: str
    principal_arn: str = ""

    def __bool__(self) -> bool:
        return not self.failed


class _Refused(Exception):  # noqa: N818 - it never leaves this file
    """A check that failed: its name and its reason, as in :class:`Verdict`."""


def sign(cache: str, user: str, credentials: Credentials, region: str, now: float) -> str:
    """Make the token with which ``user`` may log in to ``cache`` for the next 15 minutes.

    :param cache: name of the cache; the service wants it in lower case, so it is put so.
    :param user: name of the ElastiCache user, as it logs in: an IAM user's name is its id, as it was given.
    """
    date = instant.compact(now).encode()
    scope = b"/".join([date[:8], region.encode(), _SCOPE_END])
    parameters = [
        (b"Action", b"connect"),
        (b"User", user.encode()),
        (b"ResourceType", _RESOURCE_TYPE),
        (b"X-Amz-Algorithm", _ALGORITHM),
        (b"X-Amz-Credential", credentials.access_key_id.encode() + b"/" + scope),
        (b"X-Amz-Date", date),
        (b"X-Amz-Expires", b"%d" % LIFETIME),
        (b"X-Amz-SignedHeaders", b"host"),
    ]
    if credentials.session_token is not None:
        parameters.append((_SECURITY_TOKEN, credentials.session_token.encode()))
    host = cache.lower().encode()
    signature = _signature(host, parameters, date, scope, credentials.secret_access_key)
    return (host + b"/?" + _query([*parameters, (_SIGNATURE, signature)])).decode()


def looks_like_token(password: bytes) -> bool:
    """Whether a password is meant to be a token: cheap, and no verdict."""
    return b"/?" in password[:256] and b"X-Amz-" in password[:LONGEST]


def verify(
    token: str | bytes,
    *,
    cache_name: str,
    auth_name: str,
    region: str,
    now: float,
    keys: Mapping[str, Key],
) -> Verdict:
    """Say whether a token lets ``auth_name`` in to ``cache_name`` now. Never raises, whatever the token.

    Parameters may come in any order, and encoded in any way that decodes to what was signed.

    :param token: what came in place of a password.
    :param auth_name: the user name that came with it.
    :param keys: what is known of each access key id.
    """
    raw = token.encode("utf-8", "surrogatepass") if isinstance(token, str) else token
    try:
        host, parameters = _read(raw)
        given = dict(parameters)
        _check_request(host, given, cache_name, auth_name)
        date, scope, key_id = _check_scope(given, region)
        _check_time(given, date, now)
        key = _check_key(given, key_id, keys, now)
        signed = [pair for pair in parameters if pair[0] != _SIGNATURE]
        expected = _signature(host, signed, date, scope, key.secret)
        _require(hmac.compare_digest(expected, given[_SIGNATURE]), "signature", "the signature is wrong")
    except _Refused as refused:
        failed, reason = refused.args
        return Verdict(failed, reason)
    return Verdict("", "", key.principal_arn)


def _require(holds: bool, failed: str, reason: str) -> None:
    if not holds:
        raise _Refused(failed, reason)


def _read(raw: bytes) -> tuple[bytes, list[tuple[bytes, bytes]]]:
    """The host and the decoded parameters, each once."""
    _require(len(raw) <= LONGEST, "length", f"a token has at most {LONGEST} characters, this one {len(raw)}")
    host, query_mark, query = raw.partition(b"/?")
    _require(bool(host and query_mark), "form", "a token reads CACHE/?Action=connect&...; this one doesn't")
    pieces = [piece.partition(b"=") for piece in query.split(b"&")]
    parameters = [(_decode(name), _decode(value)) for name, _, value in pieces]
    given = dict(parameters)
    _require(len(given) == len(parameters), "parameters", "a parameter is given twice")
    missing = [name.decode() for name in _REQUIRED if name not in given]
    _require(not missing, "parameters", f"parameters are missing: {', '.join(missing)}")
    return host, parameters


def _check_request(host: bytes, given: Mapping[bytes, bytes], cache_name: str, auth_name: str) -> None:
    reason = f"the token is not for the cache {cache_name!r}; it must begin with its name, without scheme or domain"
    _require(host == cache_name.encode(), "cache", reason)
    _require(given[b"Action"] == b"connect", "action", "Action isn't connect")
    reason = f"the token is not for the user {auth_name!r} who logs in with it"
    _require(given[b"User"] == auth_name.encode("utf-8", "surrogatepass"), "user", reason)
    reason = "ResourceType isn't ServerlessCache"
    _require(given[b"ResourceType"] == _RESOURCE_TYPE, "resource-type", reason)


def _check_scope(given: Mapping[bytes, bytes], region: str) -> tuple[bytes, bytes, str]:
    """The date, the credential scope and the access key id."""
    algorithm, headers = given[b"X-Amz-Algorithm"], given[b"X-Amz-SignedHeaders"]
    _require(algorithm == _ALGORITHM, "algorithm", "X-Amz-Algorithm isn't AWS4-HMAC-SHA256")
    _require(headers == b"host", "signed-headers", "X-Amz-SignedHeaders isn't host alone")
    date = given[b"X-Amz-Date"]
    key_id, _, scope = given[b"X-Amz-Credential"].partition(b"/")
    expected = b"/".join([date[:8], region.encode(), _SCOPE_END])
    reason = f"the credential scope isn't DATE/{region}/elasticache/aws4_request with the date of X-Amz-Date"
    _require(scope == expected, "scope", reason)
    return date, scope, key_id.decode("utf-8", "replace")


def _check_time(given: Mapping[bytes, bytes], date: bytes, now: float) -> None:
    try:
        signed_at = instant.read_compact(date.decode("utf-8", "replace"))
    except ValueError:
        raise _Refused("date", "X-Amz-Date isn't an instant such as 20260131T235959Z") from None
    lifetime = given[b"X-Amz-Expires"]
    reason = f"X-Amz-Expires isn't a number of seconds from 1 to {LIFETIME}"
    _require(lifetime.isdigit() and len(lifetime) <= 4 and 1 <= int(lifetime) <= LIFETIME, "lifetime", reason)
    age = int(now - signed_at)
    ahead = f"the token was signed {-age} seconds in the future: a clock is wrong"
    _require(signed_at <= now + CLOCK_SKEW, "future", ahead)
    _require(now < signed_at + int(lifetime), "expired", f"the token is {age} seconds old: sign a new one")


def _check_key(given: Mapping[bytes, bytes], key_id: str, keys: Mapping[str, Key], now: float) -> Key:
    key = keys.get(key_id)
    if key is None:
        reason = "the access key that signed belongs to no role or user of the template"
        raise _Refused("key", reason)
    expected = None if key.session_token is None else key.session_token.encode()
    brought = given.get(_SECURITY_TOKEN)
    same = (
        brought == expected if brought is None or expected is None else hmac.compare_digest(brought, expected)
    )
    _require(same, "session-token", "the session token isn't that of the access key")
    _require(key.expires is None or now < key.expires, "credentials-expired", "the credentials have expired")
    return key


def _signature(
    host: bytes, parameters: list[tuple[bytes, bytes]], date: bytes, scope: bytes, secret: str
) -> bytes:
    """Signature Version 4, in hexadecimal digits, of the request with these parameters."""
    encoded = sorted((_encode(name), _encode(value)) for name, value in parameters)
    query = b"&".join([name + b"=" + value for name, value in encoded])
    request = b"\n".join([b"GET", b"/", query, b"host:" + host, b"", b"host", _EMPTY_PAYLOAD])
    text = b"\n".join([_ALGORITHM, date, scope, sha256(request).hexdigest().encode()])
    key = b"AWS4" + secret.encode()
    for part in scope.split(b"/"):
        key = hmac.digest(key, part, "sha256")
    return hmac.digest(key, text, "sha256").hex().encode()


def _query(parameters: list[tuple[bytes, bytes]]) -> bytes:
    return b"&".join(_encode(name) + b"=" + _encode(value) for name, value in parameters)


def _encode(raw: bytes) -> bytes:
    return b"".join([_ENCODED[code] for code in raw])


def _decode(text: bytes) -> bytes:
    """Undo percent-encoding. A ``%`` without two digits stays, and a ``+`` is no blank: both as signed."""
    first, *rest = text.split(b"%")
    return first + b"".join(
        [_DECODED[part[:2]] + part[2:] if part[:2] in _DECODED else b"%" + part for part in rest]
    )
