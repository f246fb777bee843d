"""May a role or a user connect? The question that IAM answers after the token is found good.

``elasticache:Connect`` must be allowed on the cache and on the ElastiCache user, each by itself:
https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth-iam.html. ``evaluation.py`` decides each.
"""

from collections.abc import Mapping
from typing import NamedTuple

from . import instant
from .evaluation import Decision, Principal, Request, account_of, decide, part_of
from .pattern import LookUp

ACTION = "elasticache:Connect"

#: Keys that no request to connect has; one that ends in a slash stands for a family.
#: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
_ABSENT = (
    *("aws:requesttag/", "aws:tagkeys", "aws:calledvia", "aws:calledviafirst", "aws:calledvialast"),
    *("aws:sourcearn", "aws:sourceaccount", "aws:principalservicename", "aws:referer"),
)
#: Keys of temporary credentials. A user's are long-term ones here; how a role's were got can't be known.
_OF_A_SESSION = (
    *("aws:federatedprovider", "aws:multifactorauthage"),
    *("aws:multifactorauthpresent", "aws:tokenissuetime"),
)


class Target(NamedTuple):
    """A cache or an ElastiCache user.

    :param tags: Default: not known.
    """

    arn: str
    tags: Mapping[str, str] | None = None


def may_connect(
    principal: Principal,
    cache: Target,
    user: Target,
    *,
    now: float,
    request: Mapping[str, str] | None = None,
) -> Decision:
    """Say whether a principal may connect to ``cache`` as ``user``.

    :param now: seconds since the epoch.
    :param request: condition keys that the caller knows, such as ``aws:SourceIp``. Default: none.
    """
    grantee = "role" if principal.kind == "role" else "grantee"
    answers = [
        decide(
            principal,
            Request(ACTION, target.arn, _context(principal, target, now, request or {})),
            (f"{variable}.grant_connect({grantee})",),
        )
        for target, variable in ((cache, "serverless_cache"), (user, "user"))
    ]
    refusals = [answer for answer in answers if not answer]
    return Decision(
        not refusals,
        "; ".join(answer.reason for answer in refusals or answers),
        tuple(remedy for answer in refusals for remedy in answer.remedies),
    )


def _context(principal: Principal, target: Target, now: float, request: Mapping[str, str]) -> LookUp:
    """What this request has under a condition key. Keys have no case, those of tags included."""
    keys: dict[str, tuple[str, ...]] = dict.fromkeys(_ABSENT, ())
    keys |= {
        "aws:currenttime": (instant.extended(now),),
        "aws:epochtime": (str(int(now)),),
        "aws:principalaccount": (account_of(principal.arn),),
        "aws:principalarn": (principal.arn,),
        "aws:principalisawsservice": ("false",),
        "aws:principaltype": ("AssumedRole" if principal.kind == "role" else "User",),
        "aws:requestedregion": (part_of(target.arn, 3),),
        "aws:resourceaccount": (account_of(target.arn),),
        "aws:securetransport": ("true",),  # the service takes tokens over TLS alone
        "aws:username": (principal.name,) if principal.kind == "user" else (),
        "aws:viaawsservice": ("false",),
    }
    if principal.kind == "user":
        keys |= dict.fromkeys(_OF_A_SESSION, ())
    for family, tags in (("aws:principaltag/", principal.tags), ("aws:resourcetag/", target.tags)):
        if tags is not None:
            keys |= {family: (), **{family + name.lower(): (value,) for name, value in tags.items()}}
    keys |= {key.lower(): (value,) for key, value in request.items()}

    def look_up(key: str) -> tuple[str, ...] | None:
        key = key.lower()
        family = key[: key.find("/") + 1]
        if family and key.startswith("aws:", len(family)):  # a tag that AWS itself sets
            return keys.get(key)
        # A key of a service is one of another request; a global one may well be there on AWS.
        unlisted = None if key.startswith("aws:") else ()
        return keys.get(key, keys.get(family, unlisted))

    return look_up
