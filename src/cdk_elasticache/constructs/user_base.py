"""What every user has, and users that exist already."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import NamedTuple, TypeVar

import jsii
from aws_cdk import Resource
from constructs import Construct

from ..errors import ValidationError
from ..model.arns import USER
from ..model.engines import UserEngine
from ..model.names import DEFAULT_USER
from . import arguments
from .first_pass import patient
from .imports import Imported, identify
from .interfaces import HasEngine, IUser, as_alphas
from .introspection import ConstructorSignature, describe
from .later import iam
from .places import at, checked, creation

K = TypeVar("K", bound="ImportedUser")


@jsii.implements(IUser, HasEngine)
class UserBase(Resource):
    """A user of ElastiCache. The importers are inherited by every class of users."""

    __signature__ = ConstructorSignature()

    @classmethod
    def from_user_id(cls, scope: Construct, id: str, user_id: str) -> IUser:
        """Import a user by its id.

        :raises ValidationError: ``MissingUserIdentifier`` for an empty id.
        """
        return cls.from_user_attributes(scope, id, user_id=user_id)

    @classmethod
    def from_user_arn(cls, scope: Construct, id: str, user_arn: str) -> IUser:
        """Import a user by its ARN; region and account are those of the ARN.

        :raises ValidationError: ``MissingUserIdentifier`` or ``InvalidUserArn``.
        """
        return cls.from_user_attributes(scope, id, user_arn=user_arn)

    @classmethod
    def from_user_attributes(
        cls,
        scope: Construct,
        id: str,
        *,
        engine: UserEngine | None = None,
        user_arn: str | None = None,
        user_id: str | None = None,
        user_name: str | None = None,
    ) -> IUser:
        """Import a user by what is known of it.

        The id ``default`` is understood as the user that ElastiCache makes itself: its name is ``default`` and its
        engine redis, where nothing else is said.

        :param engine: the user's engine. Default: unknown.
        :param user_arn: the user's ARN. Give this or ``user_id``.
        :param user_id: the user's id. Give this or ``user_arn``.
        :param user_name: the name that clients log in with. Default: unknown.
        :raises ValidationError: ``ConflictingUserIdentifiers``, ``MissingUserIdentifier`` or ``InvalidUserArn``.
        """
        return _imported(ImportedUser, scope, id, engine, user_arn, user_id, user_name)

    @property
    @abstractmethod
    def user_id(self) -> str:
        """The user's id."""

    @property
    @abstractmethod
    def user_arn(self) -> str:
        """The user's ARN."""

    @property
    @abstractmethod
    def engine(self) -> UserEngine | None:
        """The user's engine; ``None`` where an import doesn't know."""

    @property
    def _cdk_elasticache_engine(self) -> object:
        return as_alphas(self.engine, "UserEngine")

    @property
    @abstractmethod
    def user_name(self) -> str | None:
        """The name that clients log in with; ``None`` where an import doesn't know."""


class _Existing(NamedTuple):
    """What is known of a user that exists already."""

    identity: Imported
    engine: UserEngine | None
    user_name: str | None


class ImportedUser(UserBase):
    """A user that exists already. Renders nothing."""

    def __init__(
        self, scope: Construct, id: str, identity: Imported, engine: UserEngine | None, user_name: str | None
    ) -> None:
        super().__init__(scope, id, account=identity.account, region=identity.region)
        self._cdk_elasticache = _Existing(identity, engine, user_name)

    def __repr__(self) -> str:
        return describe(self, "user_id")

    @property
    def user_id(self) -> str:
        """The user's id."""
        return self._cdk_elasticache.identity.name

    @property
    def user_arn(self) -> str:
        """The user's ARN."""
        return self._cdk_elasticache.identity.arn

    @property
    def engine(self) -> UserEngine | None:
        """The user's engine, where it was given."""
        return self._cdk_elasticache.engine

    @property
    def user_name(self) -> str | None:
        """The name that clients log in with, where it was given."""
        return self._cdk_elasticache.user_name


class IamGrants(UserBase):
    """What only users with IAM authentication have: they are granted to roles."""

    def grant(self, grantee: "iam.IGrantable", *actions: str) -> "iam.Grant":
        """Let a role, or another identity, do something with this user.

        :raises ValidationError: ``NoActions`` where no action is named.
        """
        with at(self):
            return grant(grantee, actions, [self.user_arn])

    def grant_connect(self, grantee: "iam.IGrantable") -> "iam.Grant":
        """Let a role, or another identity, log in as this user: ``elasticache:Connect``.

        That is half of it: :meth:`ServerlessCache.grant_connect` is the other, and IAM authentication needs both.
        https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth-iam.html
        """
        return self.grant(grantee, "elasticache:Connect")


class ImportedIamUser(ImportedUser, IamGrants):
    """A user with IAM authentication that exists already. Renders nothing, and can be granted."""


def import_iam_user(
    scope: Construct,
    id: str,
    engine: UserEngine | None,
    user_arn: str | None,
    user_id: str | None,
    user_name: str | None,
) -> ImportedIamUser:
    """Import a user with IAM authentication."""
    return _imported(ImportedIamUser, scope, id, engine, user_arn, user_id, user_name)


def grant(grantee: "iam.IGrantable", actions: Sequence[str], arns: Sequence[str]) -> "iam.Grant":
    """Let an identity do something, in one statement.

    :raises ArgumentTypeError: ``WrongType``, also for what can't be granted anything.
    :raises ValidationError: ``NoActions`` or ``NoResources`` where none is named; ``InvalidActions`` where the CDK
        refuses one.
    """
    arguments.check_object("grantee", grantee, arguments.GRANTEE)
    arguments.check_texts("actions", actions)
    if not actions:
        raise ValidationError(
            "NoActions", "actions must name at least one action, got none", parameter="actions", value=actions
        )
    arguments.check_texts("resource_arns", arns)
    if not arns:
        raise ValidationError(
            "NoResources",
            "resource_arns must name at least one resource, got none",
            remedy="leave it out for the cache itself",
            parameter="resource_arns",
            value=arns,
        )
    try:
        return iam.Grant.add_to_principal(grantee=grantee, actions=list(actions), resource_arns=list(arns))
    except RuntimeError as error:
        raise ValidationError(
            "InvalidActions",
            f"actions must be actions of IAM, such as elasticache:Connect, got {_short(list(actions))}; the CDK says: "
            f"{_short(error)}",
            parameter="actions",
            value=actions,
        ) from error
    except AttributeError as error:  # the CDK's binding of an object that it doesn't know
        raise arguments.wrong_type(
            "grantee", arguments.GRANTEE.what, grantee, arguments.GRANTEE.remedy
        ) from error


def _short(value: object) -> str:
    """A value in at most 400 characters, all of which can be printed."""
    return str(value)[:400].encode(errors="backslashreplace").decode()


@patient
def _imported(
    kind: type[K],
    scope: Construct,
    id: str,
    engine: UserEngine | None,
    user_arn: str | None,
    user_id: str | None,
    user_name: str | None,
) -> K:
    with checked(scope, id):
        arguments.check_optional("engine", engine, arguments.USER_ENGINE)
        arguments.check_text("user_name", user_name)
        identity = identify(scope, USER, "User", "user_id", user_id, user_arn)
        if identity.name == DEFAULT_USER:
            user_name = user_name or DEFAULT_USER
            engine = UserEngine.REDIS if engine is None else engine
        with creation(id):
            return kind(scope, id, identity, engine, user_name)
