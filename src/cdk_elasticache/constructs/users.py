"""Users that an app makes: with IAM authentication, with passwords, and without any."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, ClassVar, NamedTuple

from aws_cdk import SecretValue
from aws_cdk import aws_elasticache as cfn
from constructs import Construct

from ..model.access_string import Decision
from ..model.doubts import Doubt
from ..model.engines import CacheEngine, UserEngine
from ..model.membership import check_iam_name, check_no_password_engine, check_user_engine
from ..model.names import (
    check_identifier,
    check_not_empty,
    doubts_about_iam_name,
    doubts_about_identifier,
    doubts_about_new_user,
    doubts_about_user_name,
)
from ..model.passwords import check_passwords
from ..model.references import doubts_about_references
from . import arguments
from .access_control import AccessControl, check_access_string, doubts_about_access, read_access
from .first_pass import patient
from .injection import injected
from .introspection import describe
from .places import at, checked, creation, doubts_about_twins, stack_of, warn
from .structs import IamUserProps, NoPasswordUserProps, PasswordUserProps
from .tokens import is_known, is_literal, known
from .user_base import IamGrants, ImportedIamUser, UserBase, import_iam_user

Props = IamUserProps | NoPasswordUserProps | PasswordUserProps


class Settings(NamedTuple):
    """What a user of an app is, once its arguments are checked."""

    user_id: str
    user_name: str
    engine: UserEngine
    access_string: str


class Kind(NamedTuple):
    """What differs between the classes of users.

    :param default_engine: the engine of a user whose engine isn't given.
    :param authentication: checks what is the class's own, and gives the property ``AuthenticationMode``.
    """

    default_engine: UserEngine
    authentication: Callable[[Settings, Any], dict[str, Any]]


class _Owned(NamedTuple):
    settings: Settings
    resource: cfn.CfnUser


class OwnedUser(UserBase):
    """What every user has that an app makes: one ``AWS::ElastiCache::User``, called ``Resource``."""

    #: What identifies the class to property injectors.
    PROPERTY_INJECTION_ID: ClassVar[str]

    @patient
    def __init__(self, scope: Construct, id: str, props: Props, kind: Kind) -> None:
        with checked(scope, id):
            props = injected(self.PROPERTY_INJECTION_ID, scope, id, props)
            settings = _settings(props, kind.default_engine)
            authentication = kind.authentication(settings, props)
            with creation(id):
                super().__init__(scope, id)
        resource = cfn.CfnUser(
            self,
            # Part of the logical id: another name would replace every user's user.
            "Resource",
            engine=settings.engine.engine_type,
            user_id=settings.user_id,
            user_name=settings.user_name,
            access_string=settings.access_string,
            authentication_mode=authentication,
            no_password_required=authentication["Type"] == "no-password-required",
        )
        self._cdk_elasticache = _Owned(settings, resource)
        for doubts in _doubts(self, scope, settings):
            warn(self, doubts)
        if passwords := authentication.get("Passwords"):
            warn(self, doubts_about_references("passwords", str(stack_of(scope).resolve(passwords))))

    def __repr__(self) -> str:
        return describe(self, "user_id")

    def allows(self, command: str, *args: object, engine: CacheEngine | str | None = None) -> Decision:
        """Whether the user may run a command line: for an app's own unit tests, without a server.

        ``assert not user.allows("FLUSHALL")``; the decision's ``reason`` says why.

        :param command: its name; of a subcommand the container's, and the rest in ``args``.
        :param args: text, bytes or numbers, as a client would send them.
        :param engine: the cache's engine. Default: the newest of the user's.
        :raises ValidationError: ``UnknownCommand``, ``WrongNumberOfArguments`` or ``UnknownEngine``.
        :raises AccessStringError: where the access string is a token, which nobody can judge yet.
        """
        with at(self):
            settings = self._cdk_elasticache.settings
            return read_access(settings.access_string).allows(
                command, *args, engine=settings.engine.engine_type if engine is None else engine
            )

    @property
    def user_id(self) -> str:
        """The user's id."""
        return self._cdk_elasticache.settings.user_id

    @property
    def user_name(self) -> str:
        """The name that clients log in with."""
        return self._cdk_elasticache.settings.user_name

    @property
    def engine(self) -> UserEngine:
        """The user's engine."""
        return self._cdk_elasticache.settings.engine

    @property
    def access_string(self) -> str:
        """What the user may do, as the template has it."""
        return self._cdk_elasticache.settings.access_string

    @property
    def user_arn(self) -> str:
        """The user's ARN."""
        return self._cdk_elasticache.resource.attr_arn

    @property
    def user_status(self) -> str:
        """The user's status: ``active``, ``modifying`` or ``deleting``."""
        return self._cdk_elasticache.resource.attr_status


class IamUser(OwnedUser, IamGrants):
    """A user who logs in with a token that an IAM identity has signed: no password to keep.

    The name is the id. Whom :meth:`grant_connect` names may log in, given the cache's ``grant_connect`` too.
    https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth-iam.html

    :param access_control: what the user may do.
    :param user_id: the user's id: ASCII letters, digits and hyphens, beginning with a letter.
    :param engine: ``UserEngine.VALKEY`` or ``UserEngine.REDIS``. Default: ``UserEngine.VALKEY``.
    :param user_name: the same as ``user_id``. Default: ``user_id``.
    :raises ValidationError: ``IamUserNameMustEqualUserId``, ``InvalidIdentifier``, ``EmptyName``,
        ``UnsupportedUserEngine``, or the access string's.
    :raises ArgumentTypeError: ``WrongType``.
    """

    PROPERTY_INJECTION_ID: ClassVar[str] = "aws-cdk-lib.aws-elasticache.IamUser"

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        access_control: AccessControl,
        user_id: str,
        engine: UserEngine | None = None,
        user_name: str | None = None,
    ) -> None:
        super().__init__(
            scope,
            id,
            IamUserProps(user_id=user_id, access_control=access_control, engine=engine, user_name=user_name),
            Kind(UserEngine.VALKEY, _iam_authentication),
        )

    @classmethod
    def is_iam_user(cls, x: object) -> bool:
        """Whether something is an ``IamUser`` that this app makes."""
        return isinstance(x, IamUser)

    @classmethod
    def from_user_id(cls, scope: Construct, id: str, user_id: str) -> ImportedIamUser:
        """Import a user by its id; see :meth:`UserBase.from_user_id`."""
        return import_iam_user(scope, id, None, None, user_id, None)

    @classmethod
    def from_user_arn(cls, scope: Construct, id: str, user_arn: str) -> ImportedIamUser:
        """Import a user by its ARN; see :meth:`UserBase.from_user_arn`."""
        return import_iam_user(scope, id, None, user_arn, None, None)

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
    ) -> ImportedIamUser:
        """Import a user by what is known of it; see :meth:`UserBase.from_user_attributes`."""
        return import_iam_user(scope, id, engine, user_arn, user_id, user_name)


class PasswordUser(OwnedUser):
    """A user who logs in with a password, or with either of two while one is being replaced.

    https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Clusters.RBAC.html

    :param passwords: one or two; of 16 to 128 printable characters, none of them ``,`` ``"`` ``/`` ``@``.
    :param access_control: what the user may do.
    :param user_id: the user's id: ASCII letters, digits and hyphens, beginning with a letter.
    :param engine: ``UserEngine.VALKEY`` or ``UserEngine.REDIS``. Default: ``UserEngine.VALKEY``.
    :param user_name: the name that clients log in with. Default: ``user_id``.
    :raises ValidationError: ``InvalidPasswordCount``, ``InvalidPassword``, ``DuplicatePassword``,
        ``InvalidIdentifier``, ``EmptyName``, ``UnsupportedUserEngine``, or the access string's.
    :raises ArgumentTypeError: ``WrongType``.
    """

    PROPERTY_INJECTION_ID: ClassVar[str] = "aws-cdk-lib.aws-elasticache.PasswordUser"

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        passwords: Sequence[SecretValue],
        access_control: AccessControl,
        user_id: str,
        engine: UserEngine | None = None,
        user_name: str | None = None,
    ) -> None:
        super().__init__(
            scope,
            id,
            PasswordUserProps(
                user_id=user_id,
                access_control=access_control,
                engine=engine,
                passwords=passwords,
                user_name=user_name,
            ),
            Kind(UserEngine.VALKEY, _password_authentication),
        )

    @classmethod
    def is_password_user(cls, x: object) -> bool:
        """Whether something is a ``PasswordUser`` that this app makes."""
        return isinstance(x, PasswordUser)


class NoPasswordUser(OwnedUser):
    """A user who logs in with any password or none: for a default user who may do little, or nothing.

    https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Clusters.RBAC.html

    :param access_control: what the user may do.
    :param user_id: the user's id: ASCII letters, digits and hyphens, beginning with a letter.
    :param engine: ``UserEngine.REDIS``, since valkey users need to authenticate. Default: ``UserEngine.REDIS``.
    :param user_name: the name that clients log in with. Default: ``user_id``.
    :raises ValidationError: ``UnsupportedEngineForNoPassword``, ``InvalidIdentifier``, ``EmptyName``, or
        the access string's.
    :raises ArgumentTypeError: ``WrongType``.
    """

    PROPERTY_INJECTION_ID: ClassVar[str] = "aws-cdk-lib.aws-elasticache.NoPasswordUser"

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        access_control: AccessControl,
        user_id: str,
        engine: UserEngine | None = None,
        user_name: str | None = None,
    ) -> None:
        super().__init__(
            scope,
            id,
            NoPasswordUserProps(
                user_id=user_id, access_control=access_control, engine=engine, user_name=user_name
            ),
            Kind(UserEngine.REDIS, _no_authentication),
        )

    @classmethod
    def is_no_password_user(cls, x: object) -> bool:
        """Whether something is a ``NoPasswordUser`` that this app makes."""
        return isinstance(x, NoPasswordUser)


def _settings(props: Props, default_engine: UserEngine) -> Settings:
    arguments.check_optional("engine", props.engine, arguments.USER_ENGINE)
    arguments.check_required_text("user_id", props.user_id)
    arguments.check_text("user_name", props.user_name)
    arguments.check_object("access_control", props.access_control, arguments.ACCESS_CONTROL)
    settings = Settings(
        user_id=props.user_id,
        user_name=props.user_id if props.user_name is None else props.user_name,
        engine=default_engine if props.engine is None else props.engine,
        access_string=props.access_control.access_string,
    )
    check_access_string(settings.access_string)
    if is_known(settings.user_id):
        check_identifier("user_id", settings.user_id)
    check_not_empty("user_name", settings.user_name)
    if is_literal(settings.engine.engine_type):
        check_user_engine(settings.engine.engine_type)
    return settings


def _iam_authentication(settings: Settings, _: IamUserProps) -> dict[str, Any]:
    if is_literal(settings.user_id) and is_literal(settings.user_name):
        check_iam_name(settings.user_id, settings.user_name)
    return {"Type": "iam"}


def _password_authentication(_: Settings, props: PasswordUserProps) -> dict[str, Any]:
    arguments.check_objects("passwords", props.passwords, arguments.SECRET)
    passwords = [secret.unsafe_unwrap() for secret in props.passwords]
    arguments.check_texts("passwords", passwords)
    check_passwords([known(password) for password in passwords])
    return {"Type": "password", "Passwords": passwords}


def _no_authentication(settings: Settings, _: NoPasswordUserProps) -> dict[str, Any]:
    if is_literal(settings.engine.engine_type):
        check_no_password_engine(settings.engine.engine_type)
    return {"Type": "no-password-required"}


def _doubts(user: OwnedUser, scope: Construct, settings: Settings) -> Iterator[Iterable[Doubt]]:
    user_id, user_name = known(settings.user_id), known(settings.user_name)
    for parameter, value in (
        ("user_id", user_id),
        ("user_name", None if user_name == user_id else user_name),
        ("access_control", settings.access_string),
    ):
        yield doubts_about_references(parameter, value or "")
    if user_id is not None:
        yield doubts_about_new_user(user_id)
        yield doubts_about_identifier("user_id", user_id)
        yield doubts_about_twins(user, stack_of(scope), "user_id", user_id)
    if user_id is not None and isinstance(user, IamUser):
        yield doubts_about_iam_name(user_id)
    if user_name is not None:
        yield doubts_about_user_name(user_name)
    yield doubts_about_access(settings.access_string)
