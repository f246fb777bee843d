"""May a role or a user connect? The question that IAM answers after the token is found good.

``elasticache:Connect`` must be allowed on the cache and on the ElastiCache user, each by itself:
https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth-iam.html. For each, as
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html has it:

=====================  =====================  ====================  ========
a statement denies it  the policies allow it  the boundary, if any  answer
=====================  =====================  ====================  ========
yes                    —                      —                     no
no                     no                     —                     no
no                     yes                    doesn't allow it      no
no                     yes                    allows it, or none    yes
=====================  =====================  ====================  ========

What we can't know (a VPC, an organization, a policy that the template doesn't declare) never lets anybody in:
an Allow that depends on it allows nothing, a Deny denies, and the decision says so.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from . import instant
from .condition import holds
from .managed import managed_policy
from .pattern import LookUp, Unresolved, compile_arn, compile_pattern, matches
from .policy import Policy, Statement

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


class Principal(NamedTuple):
    """A role or an IAM user, with all that bears on what it may do.

    :param kind: ``role`` or ``user``.
    :param name: without its path.
    :param policies: inline and managed ones, and those of a user's groups.
    :param boundary: the permissions boundary. Default: none.
    :param foreign: ARNs of attached managed policies that the template doesn't declare.
    :param foreign_boundary: ARN of a boundary that the template doesn't declare. Default: none.
    :param tags: of the role or user. Default: not known.
    """

    kind: str
    name: str
    arn: str
    policies: tuple[Policy, ...] = ()
    boundary: Policy | None = None
    foreign: tuple[str, ...] = ()
    foreign_boundary: str = ""
    tags: Mapping[str, str] | None = None


class Target(NamedTuple):
    """A cache or an ElastiCache user.

    :param tags: Default: not known.
    """

    arn: str
    tags: Mapping[str, str] | None = None


class Decision(NamedTuple):
    """Whether a principal may connect; true where it may.

    :param reason: which statements decided, or what is missing, in a sentence or two.
    :param remedies: the lines of code that would let it in; none where more is at fault than a missing grant.
    """

    allowed: bool
    reason: str
    remedies: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self.allowed


class _Match(NamedTuple):
    """Whether a statement applies to the request.

    :param holds: ``None`` where that depends on what we can't know.
    :param obstacle: what keeps it from applying, where action and resource are right.
    """

    statement: Statement
    holds: bool | None
    obstacle: str = ""


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
        _decide(
            principal,
            target,
            _look_up(principal, target, now, request or {}),
            f"{variable}.grant_connect({grantee})",
        )
        for target, variable in ((cache, "serverless_cache"), (user, "user"))
    ]
    refusals = [answer for answer in answers if not answer]
    return Decision(
        not refusals,
        "; ".join(answer.reason for answer in refusals or answers),
        tuple(remedy for answer in refusals for remedy in answer.remedies),
    )


def _decide(principal: Principal, target: Target, look_up: LookUp, grant: str) -> Decision:
    on = f"{ACTION} on {target.arn}"
    boundary = principal.boundary or managed_policy(principal.foreign_boundary)
    policies = [*principal.policies, *filter(None, map(managed_policy, principal.foreign))]
    found = list(_matches(policies, target.arn, look_up))
    bounds = list(_matches([boundary], target.arn, look_up)) if boundary else []
    for match in [*found, *bounds]:
        if not match.statement.allows and match.holds is not False:
            return Decision(False, f"{match.statement.label} denies {on}{_because(match)}")
    allowing = _allowing(found)
    if allowing is None:
        reason = f"no policy of the {principal.kind} {principal.name!r} allows {on}"
        return Decision(False, reason + _near(found) + _unread(principal), (grant,))
    if boundary is None and principal.foreign_boundary:
        reason = (
            f"whether the permissions boundary {principal.foreign_boundary} allows {on} can't be known here"
        )
        return Decision(False, f"{reason}: the template doesn't declare it")
    if boundary is not None and _allowing(bounds) is None:
        reason = f"the permissions boundary {boundary.name!r} doesn't allow {on}"
        return Decision(False, reason + _near(bounds))
    return Decision(True, f"{allowing.label} allows {on}")


def _allowing(found: Iterable[_Match]) -> Statement | None:
    return next((match.statement for match in found if match.statement.allows and match.holds), None)


def _because(match: _Match) -> str:
    return f", as far as can be known here: {match.obstacle}" if match.obstacle else ""


def _near(found: Iterable[_Match]) -> str:
    """The statements that would allow it but for something."""
    near = [match for match in found if match.statement.allows and match.obstacle]
    return "".join(f"; {match.statement.label} would, but {match.obstacle}" for match in near)


def _unread(principal: Principal) -> str:
    unread = [arn for arn in principal.foreign if managed_policy(arn) is None]
    return f"; not read, since the template doesn't declare them: {', '.join(unread)}" if unread else ""


def _matches(policies: Iterable[Policy], arn: str, look_up: LookUp) -> Iterator[_Match]:
    return (_match(one, arn, look_up) for policy in policies for one in policy.statements)


def _match(statement: Statement, arn: str, look_up: LookUp) -> _Match:
    """Whether a statement is about connecting to this, now."""
    acts = any(matches(compile_pattern(action), ACTION.lower()) for action in statement.actions)
    if acts is statement.except_actions:
        return _Match(statement, False)
    variables = look_up if statement.variables else None
    try:
        # All are compiled first: a variable without a value spoils the statement, wherever it stands.
        patterns = [compile_arn(_whole(text), variables) for text in statement.resources]
    except Unresolved as unresolved:
        why = "has no value in this request" if unresolved.known else "isn't known here"
        return _Match(statement, False if unresolved.known else None, f"${{{unresolved.key}}} {why}")
    if any(matches(pattern, arn) for pattern in patterns) is statement.except_resources:
        return _Match(statement, False)
    unknown = ""
    for condition in statement.conditions:
        try:
            met = holds(condition, look_up, variables)
        except Unresolved as missing:
            unknown = f"its condition {condition} depends on {missing.key}, which isn't known here"
        else:
            if not met:
                return _Match(statement, False, f"its condition {condition} isn't met")
    return _Match(statement, None if unknown else True, unknown)


def _whole(arn: str) -> str:
    """An ARN with fewer than six parts stands for all that begin with them."""
    return f"{arn}:*" if arn.startswith("arn:") and arn.count(":") < 5 else arn


def _look_up(principal: Principal, target: Target, now: float, request: Mapping[str, str]) -> LookUp:
    """What this request has under a condition key. Keys have no case, those of tags included."""
    keys: dict[str, tuple[str, ...]] = dict.fromkeys(_ABSENT, ())
    keys |= {
        "aws:currenttime": (instant.extended(now),),
        "aws:epochtime": (str(int(now)),),
        "aws:principalaccount": (_part(principal.arn, 4),),
        "aws:principalarn": (principal.arn,),
        "aws:principalisawsservice": ("false",),
        "aws:principaltype": ("AssumedRole" if principal.kind == "role" else "User",),
        "aws:requestedregion": (_part(target.arn, 3),),
        "aws:resourceaccount": (_part(target.arn, 4),),
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


def _part(arn: str, index: int) -> str:
    return arn.split(":", 5)[index] if arn.count(":") >= 5 else ""
