"""A user of ElastiCache as words of the engine's ``ACL SETUSER``.

The order matters: a clean slate, the access string, the credentials, and what Serverless refuses *last*, in
each selector too, or ``(+@all ~*)`` would open ``CONFIG`` again. https://valkey.io/topics/acl/
"""

import hashlib
from collections.abc import Sequence
from functools import cache

from ...model.access_string import AccessString
from ...model.access_string.words import split
from ...model.commands import table
from ...model.commands.serverless import REFUSED

#: What the default user may where no user group is attached: everything.
OPEN = "on ~* &* +@all"


def user_rules(
    access_string: str,
    *,
    passwords: Sequence[str] = (),
    open_to_all: bool = False,
    commands: str = "valkey_9",
) -> tuple[str, ...]:
    """The words after ``ACL SETUSER <name>``.

    :param access_string: as it was declared.
    :param passwords: those that the engine shall take: one or two of a password user, the random one of an
        IAM user; they appear only as SHA-256 hashes.
    :param open_to_all: no password is asked.
    :param commands: table of the running engine. Default: the newest Valkey.
    :raises AccessStringError: no access string of ElastiCache.
    """
    text = AccessString.read(access_string).canonical(commands, modules=False)
    denied = refused(commands)
    words: list[str] = []
    for word in split(text):
        source = word.source
        words.append(f"{source[:-1]} {' '.join(denied)})" if source.startswith("(") else source)
    # "on" stands first; selectors may follow the denied words, which belong to the root.
    credentials = ["nopass"] if open_to_all else [f"#{digest(password)}" for password in passwords]
    return ("reset", *words, *credentials, *denied)


def digest(password: str) -> str:
    """SHA-256 in hexadecimal, as the engine keeps passwords."""
    return hashlib.sha256(password.encode()).hexdigest()


@cache
def refused(commands: str) -> tuple[str, ...]:
    """The deny rules for what Serverless refuses, of those commands that the engine has."""
    known = table(commands).commands
    return tuple(f"-{name}" for name in sorted(REFUSED) if name in known)
