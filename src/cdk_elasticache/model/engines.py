"""Engines and their versions: a row an engine, a column a question, no ``if`` elsewhere.

Versions: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/engine-versions.html
"""

from collections.abc import Iterator
from typing import ClassVar, NamedTuple

from ..errors import ArgumentTypeError
from .doubts import Doubt
from .record import Record


class EngineTraits(NamedTuple):
    """What is true of every version of an engine.

    :param port: where clients of a cache connect.
    :param user_groups: whether access is controlled by user groups.
    """

    port: int
    user_groups: bool


#: The engines of ElastiCache Serverless.
TRAITS = {
    "valkey": EngineTraits(port=6379, user_groups=True),
    "redis": EngineTraits(port=6379, user_groups=True),
    "memcached": EngineTraits(port=11211, user_groups=False),
}


def _check_text(parameter: str, value: object) -> None:
    if not isinstance(value, str):
        raise ArgumentTypeError(
            "WrongType", f"{parameter} must be a str, got {value!r}", parameter=parameter, value=value
        )


class CacheEngine(Record):
    """The engine of a cache, and its major version.

    The members name what ElastiCache Serverless offers; :meth:`of` names anything else.

    :param engine_type: ``valkey``, ``redis`` or ``memcached``: the property ``Engine`` of
        ``AWS::ElastiCache::ServerlessCache``.
    :param major_engine_version: the property ``MajorEngineVersion``. Default: the service takes the newest.
    """

    __slots__ = ("_engine_type", "_major_engine_version")
    _engine_type: str
    _major_engine_version: str | None

    VALKEY_LATEST: ClassVar["CacheEngine"]
    VALKEY_7: ClassVar["CacheEngine"]
    VALKEY_8: ClassVar["CacheEngine"]
    VALKEY_9: ClassVar["CacheEngine"]
    REDIS_LATEST: ClassVar["CacheEngine"]
    REDIS_7: ClassVar["CacheEngine"]
    MEMCACHED_LATEST: ClassVar["CacheEngine"]
    MEMCACHED_1_6: ClassVar["CacheEngine"]

    def __init__(self, engine_type: str, major_engine_version: str | None = None) -> None:
        _check_text("engine_type", engine_type)
        if major_engine_version is not None:
            _check_text("major_engine_version", major_engine_version)
        self._fill(_engine_type=engine_type, _major_engine_version=major_engine_version)

    @property
    def engine_type(self) -> str:
        """``valkey``, ``redis`` or ``memcached``."""
        return self._engine_type

    @property
    def major_engine_version(self) -> str | None:
        """The major version; ``None`` for the newest."""
        return self._major_engine_version

    @classmethod
    def of(cls, engine_type: str, major_engine_version: str | None = None) -> "CacheEngine":
        """Name an engine, or a version, that has no member here yet.

        :raises ArgumentTypeError: ``WrongType`` for anything but ``str``.
        """
        return cls(engine_type, major_engine_version)

    @classmethod
    def parse(cls, text: str) -> "CacheEngine":
        """Read back what :meth:`to_string` wrote: ``valkey_8``, ``memcached_1.6``, ``redis``."""
        engine_type, _, version = text.partition("_")
        return cls(engine_type, version or None)

    def to_string(self) -> str:
        """``type_major``, or only ``type`` where no version is named."""
        if not self.major_engine_version:
            return self.engine_type
        return f"{self.engine_type}_{self.major_engine_version}"

    def __str__(self) -> str:
        return self.to_string()


CacheEngine.VALKEY_LATEST = CacheEngine("valkey")
CacheEngine.VALKEY_7 = CacheEngine("valkey", "7")
CacheEngine.VALKEY_8 = CacheEngine("valkey", "8")
CacheEngine.VALKEY_9 = CacheEngine("valkey", "9")
CacheEngine.REDIS_LATEST = CacheEngine("redis")
CacheEngine.REDIS_7 = CacheEngine("redis", "7")
CacheEngine.MEMCACHED_LATEST = CacheEngine("memcached")
CacheEngine.MEMCACHED_1_6 = CacheEngine("memcached", "1.6")


class UserEngine(Record):
    """The engine of a user or a user group.

    :param engine_type: ``valkey`` or ``redis``: the property ``Engine`` of ``AWS::ElastiCache::User`` and
        ``AWS::ElastiCache::UserGroup``.
    """

    __slots__ = ("_engine_type",)
    _engine_type: str

    VALKEY: ClassVar["UserEngine"]
    REDIS: ClassVar["UserEngine"]

    def __init__(self, engine_type: str) -> None:
        _check_text("engine_type", engine_type)
        self._fill(_engine_type=engine_type)

    @property
    def engine_type(self) -> str:
        """``valkey`` or ``redis``."""
        return self._engine_type

    @classmethod
    def of(cls, engine_type: str) -> "UserEngine":
        """Name an engine that has no member here yet.

        :raises ArgumentTypeError: ``WrongType`` for anything but a ``str``.
        """
        return cls(engine_type)

    def to_string(self) -> str:
        """The engine type."""
        return self.engine_type

    def __str__(self) -> str:
        return self.engine_type


UserEngine.VALKEY = UserEngine("valkey")
UserEngine.REDIS = UserEngine("redis")


#: Major versions that the service offers: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/engine-versions.html
MAJOR_VERSIONS = {"valkey": ("7", "8", "9"), "redis": ("7",), "memcached": ("1.6",)}


def doubts_about_engine(engine: CacheEngine) -> Iterator[Doubt]:
    """Tell of an engine, or a version, that the service isn't known to have."""
    versions = MAJOR_VERSIONS.get(engine.engine_type)
    if versions is None:
        yield Doubt(
            "unknown-engine",
            f"engine should be one of {', '.join(MAJOR_VERSIONS)}, got {engine.engine_type!r}",
            "AWS may refuse it",
        )
    elif engine.major_engine_version and engine.major_engine_version not in versions:
        yield Doubt(
            "unknown-engine",
            f"the major version of {engine.engine_type} should be one of {', '.join(versions)}, got "
            f"{engine.major_engine_version!r}",
            "AWS may refuse it",
        )
