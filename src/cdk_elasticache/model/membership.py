"""Who may be in which group, and which group may be on which cache.

=====================  =============  ==============
                       redis group    valkey group
=====================  =============  ==============
redis user             yes            yes
valkey user            no             yes
user without password  yes            no (doubt)
member named default   needed         not needed
on a redis cache       yes            no
on a valkey cache      yes            yes
on a memcached cache   no             no
=====================  =============  ==============

Source: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Clusters.RBAC.html. Names are unique in a group.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ..errors import ValidationError
from .doubts import Doubt
from .engines import TRAITS
from .names import DEFAULT_USER

#: Engines that users and user groups can have: ``Engine`` of ``AWS::ElastiCache::User``.
USER_ENGINES = ("valkey", "redis")


class Member(NamedTuple):
    """What a group needs to know of a user. ``None``: not known, as with some imports.

    :param has_password: False for a user whom nobody asks for a password.
    :param final: False where id and name are made up for now, so that any two may differ later.
    """

    user_id: str
    user_name: str | None
    engine: str | None
    has_password: bool = True
    final: bool = True


def check_user_engine(engine: str) -> None:
    """Refuse an engine that users and groups can't have.

    :raises ValidationError: ``UnsupportedUserEngine``.
    """
    if engine not in USER_ENGINES:
        raise ValidationError(
            "UnsupportedUserEngine",
            f"engine must be one of {' and '.join(USER_ENGINES)} for a user or a user group, got {engine!r}",
            parameter="engine",
            value=engine,
        )


def check_no_password_engine(engine: str) -> None:
    """Refuse a user without a password on an engine that asks for one.

    :raises ValidationError: ``UnsupportedEngineForNoPassword``.
    """
    if engine != "redis":
        raise ValidationError(
            "UnsupportedEngineForNoPassword",
            f"engine must be redis for a user without a password, got {engine!r}",
            remedy="take UserEngine.REDIS, or a PasswordUser or an IamUser",
            parameter="engine",
            value=engine,
        )


def check_iam_name(user_id: str, user_name: str) -> None:
    """Refuse an IAM user whose name isn't its id.

    :raises ValidationError: ``IamUserNameMustEqualUserId``.
    """
    if user_name != user_id:
        raise ValidationError(
            "IamUserNameMustEqualUserId",
            f"user_name must equal user_id ({user_id!r}) for an IAM user, got {user_name!r}",
            remedy="leave it out",
            parameter="user_name",
            value=user_name,
        )


def check_group_on_cache(cache_engine: str, group_engine: str | None) -> None:
    """Refuse a user group on a cache that can't have it.

    :raises ValidationError: ``MemcachedUserGroupNotSupported`` or ``RedisUserGroupMismatch``.
    """
    traits = TRAITS.get(cache_engine)
    if traits is not None and not traits.user_groups:
        raise ValidationError(
            "MemcachedUserGroupNotSupported",
            f"user_group must not be given for a {cache_engine} cache, got a group",
            remedy="Memcached has no users: control access with security groups",
            parameter="user_group",
            value=group_engine,
        )
    if cache_engine == "redis" and group_engine != "redis":
        got = "a group of unknown engine" if group_engine is None else f"a {group_engine} group"
        remedy = (
            "import it with engine=UserEngine.REDIS"
            if group_engine is None
            else "make the cache a valkey one"
        )
        raise ValidationError(
            "RedisUserGroupMismatch",
            f"user_group must be a redis group for a redis cache, got {got}",
            remedy=remedy,
            parameter="user_group",
            value=group_engine,
        )


def check_members(group_engine: str, members: Sequence[Member]) -> None:
    """Refuse members that can't be in one group of this engine. Members still to come are no matter here.

    :raises ValidationError: ``DuplicateUserName``, ``DuplicateUserId`` or ``RedisUserGroupEngineMismatch``.
    """
    for mistake in mistakes_in_members(group_engine, members):
        raise mistake


def mistakes_in_members(group_engine: str, members: Sequence[Member]) -> Iterator[ValidationError]:
    """Every reason for which :func:`check_members` would refuse, and one for a member that is given twice."""
    names: set[str] = set()
    ids: set[str] = set()
    for member in members:
        if member.final and member.user_name is not None and member.user_name in names:
            yield _refused("DuplicateUserName", "differ in user_name", member.user_name)
        elif member.final and member.user_id.lower() in ids:
            yield _refused("DuplicateUserId", "differ in user_id", member.user_id)
        if group_engine == "redis" and member.engine != "redis":
            got = "an unknown engine" if member.engine is None else member.engine
            yield _refused(
                "RedisUserGroupEngineMismatch",
                "have the engine redis in a redis group",
                f"{got} for {member.user_id}",
                "import it with engine=UserEngine.REDIS"
                if member.engine is None
                else "make the group a valkey one",
            )
        if member.user_name is not None:
            names.add(member.user_name)
        ids.add(member.user_id.lower())


def has_default(members: Sequence[Member]) -> bool:
    """Whether the group has the member that a redis group needs."""
    return any(member.user_name == DEFAULT_USER for member in members)


def missing_default() -> ValidationError:
    """Make the error of a redis group that nobody gave a user named default."""
    return ValidationError(
        "RedisUserGroupMissingDefaultUser",
        f"users must include one with user_name {DEFAULT_USER!r} in a redis group, got none",
        remedy="import the built-in one with "
        f"NoPasswordUser.from_user_attributes(user_id={DEFAULT_USER!r}), or make your own",
        parameter="users",
    )


def doubts_about_members(group_engine: str, members: Sequence[Member]) -> Iterator[Doubt]:
    """Tell of members that AWS documents as refused."""
    for member in members:
        if group_engine == "valkey" and not member.has_password:
            yield Doubt(
                "no-password-user-in-valkey-group",
                f"user {member.user_id} has no password: AWS documents that a valkey group takes only users who "
                "authenticate",
                "make the group a redis one, or the user a PasswordUser or an IamUser",
            )


def _refused(code: str, rule: str, got: str, remedy: str = "") -> ValidationError:
    message = f"users must {rule}, got {got if remedy else repr(got) + ' twice'}"
    return ValidationError(code, message, remedy=remedy, parameter="users", value=got)
