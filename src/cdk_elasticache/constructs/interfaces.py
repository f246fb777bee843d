"""What counts as a user, and as a user group: implement these to bring your own.

Each member says what JavaScript calls it, as the alpha module's interfaces do. So the alpha module's constructs, which
are JavaScript, read those of ours, and of whoever implements these: its groups take our users, its caches our groups.
The names alone do it: the alpha module needn't be there, and it doesn't matter which is imported first.
"""

from importlib import import_module
from typing import Protocol

import jsii
from aws_cdk import IResource

from ..model.engines import CacheEngine, UserEngine


class IUser(IResource, Protocol):
    """A user of ElastiCache, made here or imported."""

    @property
    @jsii.member(jsii_name="userId")
    def user_id(self) -> str:
        """The user's id."""
        ...

    @property
    @jsii.member(jsii_name="userArn")
    def user_arn(self) -> str:
        """The user's ARN."""
        ...

    @property
    def engine(self) -> UserEngine | None:
        """The user's engine; ``None`` where an import doesn't know."""
        ...

    @property
    @jsii.member(jsii_name="userName")
    def user_name(self) -> str | None:
        """The name that clients log in with; ``None`` where an import doesn't know."""
        ...


class IUserGroup(IResource, Protocol):
    """A group of users, made here or imported."""

    @property
    @jsii.member(jsii_name="userGroupName")
    def user_group_name(self) -> str:
        """The group's name, which is its id."""
        ...

    @property
    @jsii.member(jsii_name="userGroupArn")
    def user_group_arn(self) -> str:
        """The group's ARN."""
        ...

    @property
    def engine(self) -> UserEngine | None:
        """The group's engine; ``None`` where an import doesn't know."""
        ...

    @property
    @jsii.member(jsii_name="users")
    def users(self) -> list[IUser] | None:
        """A copy of the list of its users; ``None`` where an import doesn't know."""
        ...

    @jsii.member(jsii_name="addUser")
    def add_user(self, user: IUser) -> None:
        """Add a user."""
        ...


class HasEngine(IResource, Protocol):
    """What JavaScript reads as ``engine``: not our value, which is Python's alone, but one of the alpha module's."""

    @property
    @jsii.member(jsii_name="engine")
    def _cdk_elasticache_engine(self) -> object: ...


def as_alphas(engine: CacheEngine | UserEngine | None, kind: str) -> object:
    """Give an engine as JavaScript has it. Only the alpha module's asks, so that module is there.

    :param kind: the name of its class: ``CacheEngine`` or ``UserEngine``.
    """
    if engine is None or hasattr(engine, "__jsii_type__"):
        return engine
    alphas = getattr(import_module("aws_cdk.aws_elasticache_alpha"), kind)
    return alphas.of(engine.engine_type, *filter(None, [getattr(engine, "major_engine_version", None)]))
