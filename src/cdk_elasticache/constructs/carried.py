"""Values of ours in the hands of JavaScript: of an injector that was written there.

Constructs are objects in JavaScript too, but an engine or an access control of ours is Python's alone. JavaScript
gets an object that stands for it, reads what it says, and gives it back.
"""

from typing import Any, Protocol

import jsii
from aws_cdk import IInspectable


# An object in JavaScript needs an interface that is declared there; this one asks for nothing.
class _Read(IInspectable, Protocol):
    @property
    @jsii.member(jsii_name="engineType")
    def engine_type(self) -> str | None: ...

    @property
    @jsii.member(jsii_name="majorEngineVersion")
    def major_engine_version(self) -> str | None: ...

    @property
    @jsii.member(jsii_name="accessString")
    def access_string(self) -> str | None: ...


@jsii.implements(_Read)
class _Carried:
    def __init__(self, it: object) -> None:
        self.it = it

    @property
    def engine_type(self) -> str | None:
        return getattr(self.it, "engine_type", None)

    @property
    def major_engine_version(self) -> str | None:
        return getattr(self.it, "major_engine_version", None)

    @property
    def access_string(self) -> str | None:
        return getattr(self.it, "access_string", None)


def is_javascript(method: object) -> bool:
    """Whether a method's class was written in JavaScript; ``None`` for one that only JavaScript knows."""
    return method is None or hasattr(method, "__jsii_name__")


def to_javascript(value: Any) -> Any:
    """Let an object stand for each value within dicts and lists that JavaScript doesn't know."""
    if isinstance(value, dict):
        return {key: to_javascript(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [to_javascript(item) for item in value]
    if value is None or isinstance(value, str | int | float) or hasattr(value, "__jsii_type__"):
        return value
    return _Carried(value)


def from_javascript(value: Any) -> Any:
    """Give back what :func:`to_javascript` let an object stand for."""
    if isinstance(value, dict):
        return {key: from_javascript(item) for key, item in value.items()}
    if isinstance(value, list):
        return [from_javascript(item) for item in value]
    return value.it if isinstance(value, _Carried) else value
