"""User groups: who may use the caches that a group is assigned to."""

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import jsii
from aws_cdk import IListProducer, IResolveContext, Lazy, Names, Resource
from aws_cdk import aws_elasticache as cfn
from constructs import Construct, IValidation

from ..errors import ValidationError
from ..model.arns import USER_GROUP
from ..model.doubts import Doubt
from ..model.engines import UserEngine
from ..model.membership import (
    Member,
    check_members,
    check_user_engine,
    doubts_about_members,
    has_default,
    missing_default,
)
from ..model.names import DEFAULT_USER, check_identifier, doubts_about_identifier
from ..model.references import doubts_about_references, has_reference
from . import arguments
from .first_pass import patient
from .imports import Imported, identify
from .injection import injected
from .interfaces import HasEngine, IUser, IUserGroup, as_alphas
from .introspection import ConstructorSignature, describe
from .lookups import is_dummy
from .places import at, checked, creation, doubts_about_twins, stack_of, warn
from .structs import UserGroupProps
from .tokens import is_known, is_literal, is_token
from .user_base import ImportedUser
from .users import NoPasswordUser, OwnedUser


@jsii.implements(IUserGroup, HasEngine)
class UserGroupBase(Resource):
    """A group of users, made here or imported."""

    __signature__ = ConstructorSignature()

    @property
    @abstractmethod
    def user_group_name(self) -> str:
        """The group's name, which is its id."""

    @property
    @abstractmethod
    def user_group_arn(self) -> str:
        """The group's ARN."""

    @property
    @abstractmethod
    def engine(self) -> UserEngine | None:
        """The group's engine; ``None`` where an import doesn't know."""

    @property
    def _cdk_elasticache_engine(self) -> object:
        return as_alphas(self.engine, "UserEngine")

    @property
    @abstractmethod
    def users(self) -> list[IUser] | None:
        """A copy of the list of its users; ``None`` where an import doesn't know."""

    def add_user(self, user: IUser) -> None:
        """Refuse to add a user to a group that this app doesn't make.

        :raises ValidationError: ``ImportedUserGroupModification``.
        """
        with at(self):
            raise ValidationError(
                "ImportedUserGroupModification",
                "add_user must be called on a group that this app makes, got an imported one",
                parameter="user",
            )


class _Existing(NamedTuple):
    """What is known of a group that exists already."""

    identity: Imported
    engine: UserEngine | None
    users: Sequence[IUser] | None


class ImportedUserGroup(UserGroupBase):
    """A group that exists already. Renders nothing."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        identity: Imported,
        engine: UserEngine | None,
        users: Sequence[IUser] | None,
    ) -> None:
        super().__init__(scope, id, account=identity.account, region=identity.region)
        self._cdk_elasticache = _Existing(identity, engine, users)

    def __repr__(self) -> str:
        return describe(self, "user_group_name")

    @property
    def user_group_name(self) -> str:
        """The group's name, which is its id."""
        return self._cdk_elasticache.identity.name

    @property
    def user_group_arn(self) -> str:
        """The group's ARN."""
        return self._cdk_elasticache.identity.arn

    @property
    def engine(self) -> UserEngine | None:
        """The group's engine, where it was given."""
        return self._cdk_elasticache.engine

    @property
    def users(self) -> list[IUser] | None:
        """A copy of the list of users that was given, if any."""
        users = self._cdk_elasticache.users
        return None if users is None else list(users)


@dataclass
class _Owned:
    """What a group of this app is.

    :param users: grow with :meth:`UserGroup.add_user`, as do ``members``.
    :param members: what they were when they came.
    :param late: whether their ids are read at synthesis, since a class of an app's own may change them.
    """

    name: str
    engine: UserEngine
    resource: cfn.CfnUserGroup
    users: list[IUser]
    members: list[Member]
    late: bool


class UserGroup(UserGroupBase):
    """A group of users, to assign to caches. One ``AWS::ElastiCache::UserGroup``.

    https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Clusters.RBAC.html

    :param engine: ``UserEngine.VALKEY`` or ``UserEngine.REDIS``; a redis group takes redis users only and needs one
        whose name is ``default``. Default: ``UserEngine.VALKEY``.
    :param user_group_name: the group's name, which is its id: ASCII letters, digits and hyphens, beginning with a
        letter. Default: made from the construct's path.
    :param users: its first users; :meth:`add_user` adds more. Names are unique within a group. Default: none.
    :raises ValidationError: ``DuplicateUserName``, ``DuplicateUserId``, ``RedisUserGroupEngineMismatch``,
        ``InvalidIdentifier``, ``EmptyName`` or ``UnsupportedUserEngine``.
    :raises ArgumentTypeError: ``WrongType``.
    """

    #: What identifies the class to property injectors.
    PROPERTY_INJECTION_ID: ClassVar[str] = "aws-cdk-lib.aws-elasticache.UserGroup"

    @patient
    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        engine: UserEngine | None = None,
        user_group_name: str | None = None,
        users: Sequence[IUser] | None = None,
    ) -> None:
        with checked(scope, id):
            props = UserGroupProps(engine=engine, user_group_name=user_group_name, users=users)
            props = injected(self.PROPERTY_INJECTION_ID, scope, id, props)
            _check(props)
            engine = UserEngine.VALKEY if props.engine is None else props.engine
            users = list(props.users or ())
            members = [member_of(user) for user in users]
            check_members(engine.engine_type, members)
            late = not all(map(_keeps_its_id, users))
            with creation(id):
                super().__init__(scope, id)
        name = props.user_group_name
        if name is None:
            name = Names.unique_resource_name(self, max_length=40).lower()
        resource = cfn.CfnUserGroup(
            self,
            # Part of the logical id: another name would replace every user's group.
            "Resource",
            engine=engine.engine_type,
            user_group_id=name,
            user_ids=_late_ids(self, users) if late else [member.user_id for member in members],
        )
        self._cdk_elasticache = _Owned(name, engine, resource, users, members, late)
        _depend_on(resource, users)
        for doubts in _doubts(self, scope, props.user_group_name):
            warn(self, doubts)
        if engine.engine_type == "redis" and not _may_have_default(members):
            # The default user may still be added, so only synthesis can tell that it never was.
            self.node.add_validation(_HasDefaultUser(self))

    def __repr__(self) -> str:
        return describe(self, "user_group_name")

    @classmethod
    def is_user_group(cls, x: object) -> bool:
        """Whether something is a ``UserGroup`` that this app makes."""
        return isinstance(x, UserGroup)

    @classmethod
    def from_user_group_name(cls, scope: Construct, id: str, user_group_name: str) -> IUserGroup:
        """Import a group by its name.

        :raises ValidationError: ``MissingUserGroupIdentifier`` for an empty name.
        """
        return cls.from_user_group_attributes(scope, id, user_group_name=user_group_name)

    @classmethod
    def from_user_group_arn(cls, scope: Construct, id: str, user_group_arn: str) -> IUserGroup:
        """Import a group by its ARN; region and account are those of the ARN.

        :raises ValidationError: ``MissingUserGroupIdentifier`` or ``InvalidUserGroupArn``.
        """
        return cls.from_user_group_attributes(scope, id, user_group_arn=user_group_arn)

    @classmethod
    @patient
    def from_user_group_attributes(
        cls,
        scope: Construct,
        id: str,
        *,
        engine: UserEngine | None = None,
        user_group_arn: str | None = None,
        user_group_name: str | None = None,
        users: Sequence[IUser] | None = None,
    ) -> IUserGroup:
        """Import a group by what is known of it.

        :param engine: the group's engine. Default: unknown.
        :param user_group_arn: the group's ARN. Give this or ``user_group_name``.
        :param user_group_name: the group's name. Give this or ``user_group_arn``.
        :param users: its users. Default: unknown.
        :raises ValidationError: ``ConflictingUserGroupIdentifiers``, ``MissingUserGroupIdentifier`` or
            ``InvalidUserGroupArn``.
        """
        with checked(scope, id):
            arguments.check_optional("engine", engine, arguments.USER_ENGINE)
            if users is not None:
                arguments.check_objects("users", users, arguments.USER)
            identity = identify(
                scope, USER_GROUP, "UserGroup", "user_group_name", user_group_name, user_group_arn
            )
            with creation(id):
                return ImportedUserGroup(scope, id, identity, engine, users)

    @patient
    def add_user(self, user: IUser) -> None:
        """Add a user.

        :raises ValidationError: ``DuplicateUserName``, ``DuplicateUserId`` or ``RedisUserGroupEngineMismatch``; the
            group is then as before.
        :raises ArgumentTypeError: ``WrongType``.
        """
        group = self._cdk_elasticache
        with at(self):
            arguments.check_object("user", user, arguments.USER)
            member = member_of(user)
            check_members(group.engine.engine_type, [*group.members, member])
        rendered = [known.user_id for known in group.members]
        group.users.append(user)
        group.members.append(member)
        # What an app has set on the resource itself stays.
        if not group.late and group.resource.user_ids == rendered:
            group.late = not _keeps_its_id(user)
            group.resource.user_ids = (
                _late_ids(self, group.users) if group.late else [*rendered, member.user_id]
            )
        _depend_on(group.resource, [user])
        warn(self, doubts_about_members(group.engine.engine_type, [member]))

    @property
    def user_group_name(self) -> str:
        """The group's name, which is its id."""
        return self._cdk_elasticache.name

    @property
    def user_group_arn(self) -> str:
        """The group's ARN."""
        return self._cdk_elasticache.resource.attr_arn

    @property
    def user_group_status(self) -> str:
        """The group's status: ``creating``, ``active``, ``modifying`` or ``deleting``."""
        return self._cdk_elasticache.resource.attr_status

    @property
    def engine(self) -> UserEngine:
        """The group's engine."""
        return self._cdk_elasticache.engine

    @property
    def users(self) -> list[IUser]:
        """A copy of the list of its users, in the order of their addition."""
        return list(self._cdk_elasticache.users)


def member_of(user: IUser) -> Member:
    """What the rules of membership need to know of a user."""
    user_id, user_name = user.user_id, getattr(user, "user_name", None)
    arguments.check_text("user.user_name", user_name)
    return Member(
        user_id=user_id,
        user_name=user_name,
        engine=engine_of(user),
        has_password=not (isinstance(user, NoPasswordUser) or _is_built_in(user)),
        final=not (is_dummy(user_id) or is_dummy(user_name)),
    )


def engine_of(holder: IUser | IUserGroup) -> str | None:
    """By which engine the rules judge a user or a group. ``None``: not known, or its class doesn't tell.

    What has no value yet counts as redis: redis users fit into every group, and redis groups onto every cache that
    takes groups.
    """
    engine: UserEngine | None = getattr(holder, "engine", None)
    if engine is None:
        return None
    arguments.check_object("engine", engine, arguments.USER_ENGINE)
    return engine.engine_type if is_literal(engine.engine_type) else "redis"


def resource_of(group: UserGroup) -> cfn.CfnUserGroup:
    """The resource of a group that this app makes, without a call into Node."""
    return group._cdk_elasticache.resource


def _keeps_its_id(user: IUser) -> bool:
    """Whether a user's id is ours to give, and so never changes. A class of an app's own may change its id."""
    return getattr(type(user), "user_id", None) in (OwnedUser.user_id, ImportedUser.user_id)


def _late_ids(group: UserGroup, users: list[IUser]) -> list[str]:
    """The ids of the users as synthesis finds them, judged then once more."""
    return Lazy.uncached_list(_UserIds(group, users))


def _depend_on(resource: cfn.CfnUserGroup, users: Sequence[IUser]) -> None:
    if constructs := [user for user in users if arguments.has(user, "node")]:
        resource.node.add_dependency(*constructs)


def _doubts(group: UserGroup, scope: Construct, given_name: str | None) -> Iterator[Iterable[Doubt]]:
    made = group._cdk_elasticache
    yield doubts_about_members(made.engine.engine_type, made.members)
    if given_name is not None and is_known(given_name):
        yield doubts_about_references("user_group_name", given_name)
        yield doubts_about_identifier("user_group_name", given_name)
        yield doubts_about_twins(group, stack_of(scope), "user_group_name", given_name)


def _may_have_default(members: Sequence[Member]) -> bool:
    return has_default(members) or any(_may_be_default(member) for member in members)


def _may_be_default(member: Member) -> bool:
    name = member.user_name
    return name is not None and (not member.final or is_token(name) or has_reference(name))


def _is_built_in(user: IUser) -> bool:
    return isinstance(user, ImportedUser) and user.user_id == DEFAULT_USER


def _check(props: UserGroupProps) -> None:
    arguments.check_optional("engine", props.engine, arguments.USER_ENGINE)
    arguments.check_text("user_group_name", props.user_group_name)
    if props.users is not None:
        arguments.check_objects("users", props.users, arguments.USER)
    if props.user_group_name is not None and is_known(props.user_group_name):
        check_identifier("user_group_name", props.user_group_name)
    if props.engine is not None and is_literal(props.engine.engine_type):
        check_user_engine(props.engine.engine_type)


@jsii.implements(IValidation)
class _HasDefaultUser:
    """Asks at synthesis whether a redis group got its default user."""

    def __init__(self, group: UserGroup) -> None:
        self._group = group

    def validate(self) -> list[str]:
        try:
            self._check()
        except ValidationError as error:
            return [str(error)]
        return []

    @patient
    def _check(self) -> None:
        with at(self._group):
            if not _may_have_default([member_of(user) for user in self._group.users]):
                raise missing_default()


@jsii.implements(IListProducer)
class _UserIds:
    """Tells at synthesis the ids of a group's users."""

    def __init__(self, group: UserGroup, users: list[IUser]) -> None:
        self._group, self._users = group, users

    @patient
    def produce(self, context: IResolveContext) -> list[str]:
        del context
        with at(self._group):
            members = [member_of(user) for user in self._users]
            check_members(self._group.engine.engine_type, members)
        return [member.user_id for member in members]
