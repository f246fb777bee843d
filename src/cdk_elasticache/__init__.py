"""AWS CDK constructs for Amazon ElastiCache Serverless, and a model of what they declare.

``import cdk_elasticache as elasticache`` is the one public door.
"""

from importlib import import_module

from ._version import __version__ as __version__

TYPE_CHECKING = False  # the name that type checkers know; `typing` itself takes a while to import

if TYPE_CHECKING:  # for type checkers and editors; never runs
    from .constructs.access_control import AccessControl as AccessControl
    from .constructs.interfaces import IUser as IUser
    from .constructs.interfaces import IUserGroup as IUserGroup
    from .constructs.metrics import MetricOptions as MetricOptions
    from .constructs.serverless_cache import ServerlessCache as ServerlessCache
    from .constructs.serverless_cache_base import IServerlessCache as IServerlessCache
    from .constructs.serverless_cache_base import ServerlessCacheBase as ServerlessCacheBase
    from .constructs.serverless_cache_base import ServerlessCacheGrants as ServerlessCacheGrants
    from .constructs.structs import BackupSettings as BackupSettings
    from .constructs.structs import CacheUsageLimitsProperty as CacheUsageLimitsProperty
    from .constructs.structs import IamUserProps as IamUserProps
    from .constructs.structs import NoPasswordUserProps as NoPasswordUserProps
    from .constructs.structs import PasswordUserProps as PasswordUserProps
    from .constructs.structs import ServerlessCacheAttributes as ServerlessCacheAttributes
    from .constructs.structs import ServerlessCacheProps as ServerlessCacheProps
    from .constructs.structs import UserBaseAttributes as UserBaseAttributes
    from .constructs.structs import UserBaseProps as UserBaseProps
    from .constructs.structs import UserGroupAttributes as UserGroupAttributes
    from .constructs.structs import UserGroupProps as UserGroupProps
    from .constructs.user_base import UserBase as UserBase
    from .constructs.user_group import UserGroup as UserGroup
    from .constructs.user_group import UserGroupBase as UserGroupBase
    from .constructs.users import IamUser as IamUser
    from .constructs.users import NoPasswordUser as NoPasswordUser
    from .constructs.users import PasswordUser as PasswordUser
    from .errors import AccessStringError as AccessStringError
    from .errors import ArgumentTypeError as ArgumentTypeError
    from .errors import ElastiCacheError as ElastiCacheError
    from .errors import TemplateError as TemplateError
    from .errors import ValidationError as ValidationError
    from .model.access_string import AccessString as AccessString
    from .model.access_string import Decision as Decision
    from .model.access_string import Difference as Difference
    from .model.access_string import Finding as Finding
    from .model.engines import CacheEngine as CacheEngine
    from .model.engines import UserEngine as UserEngine

# What a user may import, and where it lives. A name is loaded when first asked for (PEP 562): aws_cdk starts a Node
# process, and someone who only reads an access string or a template must not pay for that.
_NAMES_OF = {
    "constructs.access_control": ("AccessControl",),
    "constructs.interfaces": ("IUser", "IUserGroup"),
    "constructs.metrics": ("MetricOptions",),
    "constructs.serverless_cache": ("ServerlessCache",),
    "constructs.serverless_cache_base": ("IServerlessCache", "ServerlessCacheBase", "ServerlessCacheGrants"),
    "constructs.structs": (
        "BackupSettings",
        "CacheUsageLimitsProperty",
        "IamUserProps",
        "NoPasswordUserProps",
        "PasswordUserProps",
        "ServerlessCacheAttributes",
        "ServerlessCacheProps",
        "UserBaseAttributes",
        "UserBaseProps",
        "UserGroupAttributes",
        "UserGroupProps",
    ),
    "constructs.user_base": ("UserBase",),
    "constructs.user_group": ("UserGroup", "UserGroupBase"),
    "constructs.users": ("IamUser", "NoPasswordUser", "PasswordUser"),
    "errors": (
        "AccessStringError",
        "ArgumentTypeError",
        "ElastiCacheError",
        "TemplateError",
        "ValidationError",
    ),
    "model.access_string": ("AccessString", "Decision", "Difference", "Finding"),
    "model.engines": ("CacheEngine", "UserEngine"),
}
_HOME = {name: module for module, names in _NAMES_OF.items() for name in names}
__all__ = sorted(_HOME)  # noqa: PLE0605  # a list of str, which the linter can't see


if not TYPE_CHECKING:  # a type checker has every name from above, and tells of a name that isn't there

    def __getattr__(name: str) -> object:
        if name not in _HOME:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = globals()[name] = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
        return value


def __dir__() -> list[str]:
    return [*globals(), *__all__]
