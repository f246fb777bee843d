"""May a principal do something? What IAM answers for any action, resource and context.

As https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html has it:

=====================  =====================  ====================  ========
a statement denies it  the policies allow it  the boundary, if any  answer
=====================  =====================  ====================  ========
yes                    any                    any                   no
no                     no                     any                   no
no                     yes                    doesn't allow it      no
no                     yes                    allows it, or none    yes
=====================  =====================  ====================  ========

A principal of another account needs a policy on the resource too. ElastiCache has none, so the answer is no:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html

What we can't know (a VPC, an organization, a policy that the template doesn't declare) never lets anybody in:
an Allow that depends on it allows nothing, a Deny denies, and the decision says so.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from .condition import holds
from .managed import Unknown, managed_policy
from .pattern import LookUp, Unresolved, compile_arn, compile_pattern, has_wildcard_type, matches
from .policy import Policy, Statement


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


class Request(NamedTuple):
    """What a principal asks for.

    :param action: such as ``elasticache:Connect``.
    :param resource: the ARN that it is asked for.
    :param context: the values of a condition key; none where the request lacks it, ``None`` where we can't know.
    """

    action: str
    resource: str
    context: LookUp


class Decision(NamedTuple):
    """Whether a principal may do what it asks for; true where it may.

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


def decide(principal: Principal, request: Request, remedies: tuple[str, ...] = ()) -> Decision:
    """Say whether a principal may do what it asks for.

    :param remedies: the lines of code that would grant it, for a decision that misses nothing else.
    """
    on = f"{request.action} on {request.resource}"
    own, theirs = account_of(principal.arn), account_of(request.resource)
    if own != theirs:
        reason = (
            f"the {principal.kind} {principal.name!r} is of the account {own}, and {request.resource} of another: "
            "only a policy on the resource could let it in, and ElastiCache has none"
        )
        return Decision(False, reason)
    policies = [*principal.policies, *_policies(map(managed_policy, principal.foreign))]
    boundary = principal.boundary or managed_policy(principal.foreign_boundary)
    found = list(_matches(policies, request))
    bounds = [] if boundary is Unknown.POLICY else list(_matches([boundary], request))
    for match in [*found, *bounds]:
        if not match.statement.allows and match.holds is not False:
            return Decision(False, f"{match.statement.label} denies {on}{_because(match)}")
    allowing = _allowing(found)
    if allowing is None:
        reason = f"no policy of the {principal.kind} {principal.name!r} allows {on}"
        return Decision(False, reason + _near(found) + _unread(principal), remedies)
    if not principal.foreign_boundary and principal.boundary is None:
        return Decision(True, f"{allowing.label} allows {on}")
    if boundary is Unknown.POLICY:
        reason = (
            f"whether the permissions boundary {principal.foreign_boundary} allows {on} can't be known here"
        )
        return Decision(False, f"{reason}: the template doesn't declare it")
    if _allowing(bounds) is None:
        reason = f"the permissions boundary {boundary.name!r} doesn't allow {on}"
        return Decision(False, reason + _near(bounds))
    return Decision(True, f"{allowing.label} allows {on}")


def unread_policies(principal: Principal) -> tuple[str, ...]:
    """The ARNs of attached managed policies of which nobody here knows what they say."""
    return tuple(arn for arn in principal.foreign if managed_policy(arn) is Unknown.POLICY)


def account_of(arn: str) -> str:
    """The account in an ARN; ``""`` where it has none."""
    return part_of(arn, 4)


def part_of(arn: str, index: int) -> str:
    """The part of an ARN between two colons, counted from 0; ``""`` for what is no ARN."""
    return arn.split(":", 5)[index] if arn.count(":") >= 5 else ""


def _policies(found: Iterable[Policy | Unknown]) -> Iterator[Policy]:
    return (policy for policy in found if isinstance(policy, Policy))


def _allowing(found: Iterable[_Match]) -> Statement | None:
    return next((match.statement for match in found if match.statement.allows and match.holds), None)


def _because(match: _Match) -> str:
    return f", as far as can be known here: {match.obstacle}" if match.obstacle else ""


def _near(found: Iterable[_Match]) -> str:
    """The statements that would allow it but for something."""
    near = [match for match in found if match.statement.allows and match.obstacle]
    return "".join(f"; {match.statement.label} would, but {match.obstacle}" for match in near)


def _unread(principal: Principal) -> str:
    unread = unread_policies(principal)
    return f"; not read, since the template doesn't declare them: {', '.join(unread)}" if unread else ""


def _matches(policies: Iterable[Policy], request: Request) -> Iterator[_Match]:
    return (_match(statement, request) for policy in policies for statement in policy.statements)


def _match(statement: Statement, request: Request) -> _Match:
    """Whether a statement is about this request."""
    acts = any(matches(compile_pattern(action), request.action.lower()) for action in statement.actions)
    if acts is statement.except_actions:
        return _Match(statement, False)
    covers, unknown = _covers(statement, request)
    if covers is False:
        return _Match(statement, False, unknown)
    for condition in statement.conditions:
        try:
            met = holds(condition, request.context, request.context if statement.variables else None)
        except Unresolved as missing:
            unknown = f"its condition {condition} depends on {missing.key}, which {missing.why}"
        else:
            if not met:
                return _Match(statement, False, f"its condition {condition} isn't met")
    return _Match(statement, None if unknown else True, unknown)


def _covers(statement: Statement, request: Request) -> tuple[bool | None, str]:
    """Whether a statement's resources are the request's, and why that is not so or not known.

    An entry with a variable that has no value matches nothing, and the others count:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
    """
    lacking, unknown = "", ""
    for text in statement.resources:
        try:
            pattern = compile_arn(text, request.context if statement.variables else None)
        except Unresolved as unresolved:
            if unresolved.known:
                lacking = f"${{{unresolved.key}}} has no value in this request"
            else:
                unknown = f"${{{unresolved.key}}} {unresolved.why}"
            continue
        if matches(pattern, request.resource):
            if not has_wildcard_type(text):
                return not statement.except_resources, ""
            unknown = f"what {text!r} matches isn't known, since its resource type holds a wildcard"
    if unknown:
        return None, unknown
    return statement.except_resources, "" if statement.except_resources else lacking
