"""Makers of constructs whose other arguments are right: ``cache(description="<")(ground, "Id")``."""

from collections.abc import Callable
from typing import Any

from aws_cdk import SecretValue

import cdk_elasticache as elasticache

from .ground import ALL, Ground

Maker = Callable[[Ground, str], Any]

REDIS, VALKEY = elasticache.UserEngine.REDIS, elasticache.UserEngine.VALKEY
PASSWORD = "correct-horse-battery"


def plain(*passwords: str) -> list[SecretValue]:
    return [SecretValue.unsafe_plain_text(password) for password in passwords]


def cache(**options: Any) -> Maker:
    return lambda ground, here: elasticache.ServerlessCache(
        ground.stack, here, **{"vpc": ground.vpc, **options}
    )


def limits(**options: Any) -> Maker:
    return cache(cache_usage_limits=elasticache.CacheUsageLimitsProperty(**options))


def backup(**options: Any) -> Maker:
    return cache(backup=elasticache.BackupSettings(**options))


def iam_user(**options: Any) -> Maker:
    return lambda ground, here: elasticache.IamUser(
        ground.stack, here, **{"user_id": "app", "access_control": ALL, **options}
    )


def password_user(**options: Any) -> Maker:
    return lambda ground, here: elasticache.PasswordUser(
        ground.stack,
        here,
        **{"user_id": "app", "access_control": ALL, "passwords": plain(PASSWORD), **options},
    )


def no_password_user(**options: Any) -> Maker:
    return lambda ground, here: elasticache.NoPasswordUser(
        ground.stack, here, **{"user_id": "app", "access_control": ALL, **options}
    )


def group(**options: Any) -> Maker:
    return lambda ground, here: elasticache.UserGroup(ground.stack, here, **options)


def importing(importer: Any, *positional: Any, **options: Any) -> Maker:
    return lambda ground, here: importer(ground.stack, here, *positional, **options)


class Known:
    """A user of one's own class, of whom a group needs no more than this."""

    user_arn = "arn:aws:elasticache:us-east-1:111122223333:user:known"

    def __init__(
        self,
        user_id: str,
        user_name: str | None = None,
        engine: elasticache.UserEngine | None = VALKEY,
    ) -> None:
        self.user_id, self.user_name, self.engine = user_id, user_name, engine


class KnownGroup:
    """A user group of one's own class."""

    user_group_arn = "arn:aws:elasticache:us-east-1:111122223333:usergroup:known"

    def __init__(self, engine: elasticache.UserEngine | None) -> None:
        self.user_group_name, self.engine = "known", engine
