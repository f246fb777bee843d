"""Who may enter with an IAM token: the model's verdicts, and what to tell those who may not."""

import secrets
import time
from collections.abc import Callable, Sequence
from itertools import starmap
from typing import Any

from ...model.iam import evaluation
from ...model.iam.connect import Target, may_connect
from ...model.iam.evaluation import Decision, unread_policies
from ...model.iam.policy import read_policy
from ...model.iam.token import Key, looks_like_token, verify
from .snapshot import Principal, Snapshot

Tell = Callable[[dict[str, Any]], None]

#: What to do, by the check that failed: most of all where real credentials of AWS have signed.
_REMEDIES = {"key": ("cdk-elasticache credentials PRINCIPAL prints what to sign with here",)}


class Judge:
    """Judges the tokens of a cache's IAM users.

    :param snapshot: users and principals.
    :param tell: told of each refusal, with its reason: the client only learns WRONGPASS, as on AWS.
    :param told: ARNs of the policies that are known to be unknown, so that each is told once.
    """

    def __init__(self, snapshot: Snapshot, tell: Tell, told: set[str]) -> None:
        self._snapshot = snapshot
        self._tell = tell
        self._told = told
        self._users = {user.name.encode(): user for user in snapshot.users if user.authentication == "iam"}
        self._keys = {
            principal.access_key_id: Key(
                principal.secret_access_key, principal.arn, principal.session_token, principal.expires
            )
            for principal in snapshot.principals
        }
        self._principals = {principal.arn: _principal(principal) for principal in snapshot.principals}

    def admit(self, name: bytes, token: bytes) -> bytes:
        """The password with which the engine lets the user in; one that it has not, where the token is no good."""
        user, snapshot = self._users.get(name), self._snapshot
        if user is None:
            # A stranger's word: no control characters.
            called = repr(name[:100].decode(errors="replace"))[1:-1]
            return self._refuse(called, self._why_not(name, token))
        verdict = verify(
            token,
            cache_name=snapshot.cache_name,
            auth_name=user.name,
            region=snapshot.region,
            now=time.time(),
            keys=self._keys,
        )
        if not verdict:
            return self._refuse(user.name, verdict.reason, _REMEDIES.get(verdict.failed, ()))
        decision = self._decide(verdict.principal_arn, user.arn)
        if not decision:
            return self._refuse(user.name, decision.reason, decision.remedies)
        return user.engine_password.encode()

    def _why_not(self, name: bytes, password: bytes) -> str:
        """Why somebody who is no IAM user was refused, by the engine."""
        if looks_like_token(password):
            return "a token came, and no IAM user of the cache's user group has this name"
        if self._snapshot.open_default:
            return "no user group is attached to the cache, so there is only default, without a password"
        found = next((user for user in self._snapshot.users if user.name.encode() == name), None)
        if found is None:
            return "no user of the cache's user group has this name"
        if found.access_string.partition(" ")[0] == "off":
            return "the user is off"
        return "the password is none of the user's"

    def _decide(self, principal: str, user: str) -> Decision:
        tags = self._snapshot.resource_tags
        cache = self._snapshot.cache_arn
        self._tell_unread(self._principals[principal])
        return may_connect(
            self._principals[principal],
            Target(cache, tags.get(cache)),
            Target(user, tags.get(user)),
            now=time.time(),
        )

    def _tell_unread(self, principal: evaluation.Principal) -> None:
        if unread := [arn for arn in unread_policies(principal) if arn not in self._told]:
            self._told.update(unread)
            self._tell({"event": "unread", "principal": principal.arn, "policies": unread})

    def _refuse(self, name: str, reason: str, remedies: Sequence[str] = ()) -> bytes:
        self._tell({"event": "refused", "user": name, "reason": reason, "remedies": list(remedies)})
        return secrets.token_hex(32).encode()


def _principal(principal: Principal) -> evaluation.Principal:
    """A principal as the model takes it."""
    kind, _, path = principal.arn.rpartition(":")[2].partition("/")
    return evaluation.Principal(
        kind=kind,
        name=path.rpartition("/")[2],
        arn=principal.arn,
        policies=tuple(starmap(read_policy, principal.policies.items())),
        boundary=next(starmap(read_policy, principal.boundary.items()), None),
        foreign=principal.foreign,
        foreign_boundary=principal.foreign_boundary,
        tags=principal.tags,
    )
