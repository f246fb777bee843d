"""Who may enter with an IAM token: the model's verdicts, and what to tell those who may not."""

import secrets
import time
from collections.abc import Callable
from typing import Any

from ...model.iam.token import Key, verify
from .snapshot import Snapshot

Tell = Callable[[dict[str, Any]], None]


class Judge:
    """Judges the tokens of a cache's IAM users.

    :param snapshot: users and principals.
    :param tell: told of each refusal, with its reason: the client only learns WRONGPASS, as on AWS.
    """

    def __init__(self, snapshot: Snapshot, tell: Tell) -> None:
        self._snapshot = snapshot
        self._tell = tell
        self._users = {user.name.encode(): user for user in snapshot.users if user.authentication == "iam"}
        self._keys = {
            principal.access_key_id: Key(
                principal.secret_access_key, principal.arn, principal.session_token, principal.expires
            )
            for principal in snapshot.principals
        }

    def admit(self, name: bytes, token: bytes) -> bytes:
        """The password with which the engine lets the user in; one that it has not, where the token is no good."""
        user, snapshot = self._users[name], self._snapshot
        verdict = verify(
            token,
            cache_name=snapshot.cache_name,
            auth_name=user.name,
            region=snapshot.region,
            now=time.time(),
            keys=self._keys,
        )
        if verdict:
            return user.engine_password.encode()
        return self._refuse(user.name, verdict.reason)

    def _refuse(self, name: str, reason: str, remedy: str = "") -> bytes:
        self._tell({"event": "refused", "user": name, "reason": reason, "remedy": remedy})
        return secrets.token_hex(32).encode()
