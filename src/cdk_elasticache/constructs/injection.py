"""Property injection: an organisation's defaults, put under every construct of a class.

The CDK does it in JavaScript, for classes written there. For ours it's done here, with the same inputs: the
injector gets a dict with camelCase keys, structs in it as dicts too, and without what wasn't given.
https://docs.aws.amazon.com/cdk/v2/guide/blueprints.html
"""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any, TypeVar, cast

from aws_cdk import IPropertyInjector, PropertyInjectors
from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from ..errors import ArgumentTypeError
from . import arguments
from .carried import from_javascript, is_javascript, to_javascript
from .network import keys_of
from .places import scopes_of

P = TypeVar("P")


def injected(unique_id: str, scope: Construct, id: str, props: P) -> P:
    """Give the props after the nearest injector for this class has seen them.

    :param unique_id: the ``PROPERTY_INJECTION_ID`` of the class.
    :raises ArgumentTypeError: ``WrongType`` or ``UnknownKey`` where the injector's answer isn't props.
    """
    for above in scopes_of(scope):
        if PropertyInjectors.has_property_injectors(above):
            injector = PropertyInjectors.of(above).for_(unique_id)
            if injector is not None:
                return _read(type(props), _ask(injector, _written(props), scope, id))
    return props


def _ask(injector: IPropertyInjector, props: dict[str, Any], scope: Construct, id: str) -> Any:
    if is_javascript(getattr(type(injector), "inject", None)):
        return from_javascript(injector.inject(to_javascript(props), scope=scope, id=id))
    return injector.inject(props, scope=scope, id=id)


def _written(value: Any) -> Any:
    """Props as JavaScript has them."""
    if isinstance(value, Mapping):
        return {_camel(key): _written(item) for key, item in value.items() if item is not None}
    if isinstance(value, ec2.SubnetSelection):
        return _written({name: getattr(value, name) for name in keys_of(ec2.SubnetSelection)})
    if is_dataclass(value) and type(value).__module__.startswith(__package__):
        return _written({field.name: getattr(value, field.name) for field in fields(value)})
    return value


def _read(kind: type[P], answer: object) -> P:
    if isinstance(answer, Mapping):
        names = [field.name for field in fields(cast(Any, kind))]
        answer = arguments.known_keys("the injected properties", _snake_keys(answer), names)
        return kind(**answer)
    read = arguments.struct("the injected properties", answer, kind)
    if read is None:
        raise ArgumentTypeError(
            "WrongType", f"inject must return {kind.__name__} or a dict, got None", parameter="inject"
        )
    return read


def _snake_keys(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {arguments.snake(key): _snake_keys(item) for key, item in value.items()}
    return value


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)
