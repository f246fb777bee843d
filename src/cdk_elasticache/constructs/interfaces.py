"""What counts as a user, and as a user group: implement these to bring your own."""

from typing import Protocol

from aws_cdk import IResource

from ..model.engines import UserEngine


class IUser(IResource, Protocol):
    """A user of ElastiCache, made here or imported."""

    @property
    def user_id(self) -> str:
        """The user's id."""
        ...

    @property
    def user_arn(self) -> str:
        """The user's ARN."""
        ...

    @property
    def engine(self) -> UserEngine | None:
        """The user's engine; ``None`` where an import doesn't know."""
        ...

    @property
    def user_name(self) -> str | None:
        """The name that clients log in with; ``None`` where an import doesn't know."""
        ...


class IUserGroup(IResource, Protocol):
    """A group of users, made here or imported."""

    @property
    def user_group_name(self) -> str:
        """The group's name, which is its id."""
        ...

    @property
    def user_group_arn(self) -> str:
        """The group's ARN."""
        ...

    @property
    def engine(self) -> UserEngine | None:
        """The group's engine; ``None`` where an import doesn't know."""
        ...

    @property
    def users(self) -> list[IUser] | None:
        """A copy of the list of its users; ``None`` where an import doesn't know."""
        ...

    def add_user(self, user: IUser) -> None:
        """Add a user."""
        ...
