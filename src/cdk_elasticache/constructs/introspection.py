"""What Python's own tools say of our classes: the signatures that ``help`` shows, and the reprs."""

from collections.abc import Callable
from inspect import Parameter, Signature, signature
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])


def spelling_out(options: type) -> Callable[[F], F]:
    """Show each key of a ``TypedDict`` as a keyword of a function, instead of ``**options``."""
    keywords = [
        Parameter(
            name,
            Parameter.KEYWORD_ONLY,
            default=None,
            annotation=getattr(hint, "__forward_arg__", hint),
        )
        for name, hint in options.__annotations__.items()
    ]

    def decorate(function: F) -> F:
        found = signature(function)
        others = [it for it in found.parameters.values() if it.kind is not Parameter.VAR_KEYWORD]
        function.__signature__ = found.replace(parameters=[*others, *keywords])  # type: ignore[attr-defined]
        return function

    return decorate


class ConstructorSignature:
    """The signature of a class, as its constructor has it: jsii makes every construct look as if it took anything."""

    def __get__(self, instance: object, owner: type) -> Signature:
        """Give the signature without ``self``."""
        found = signature(owner.__init__)  # type: ignore[misc]  # the constructor of this very class
        return found.replace(
            parameters=list(found.parameters.values())[1:], return_annotation=Signature.empty
        )


def describe(construct: object, name: str) -> str:
    """Give the repr of a construct: its class, and the attribute by which AWS knows it.

    A construct that is still being made has no more than its class.
    """
    known = f"{name}={getattr(construct, name)!r}" if hasattr(construct, "_cdk_elasticache") else ""
    return f"{type(construct).__name__}({known})"
