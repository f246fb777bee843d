"""Parameters of a template: which value one has, and whether it may.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html

A value comes, first found, from the parent of a nested stack, from ``STACK:NAME`` and ``NAME`` of the caller,
from the cloud assembly, from the default. ``AllowedPattern`` is left to AWS: it is a Java expression.
"""

from collections.abc import Collection, Mapping
from typing import NamedTuple

from .dynamic_references import DynamicReference
from .environment import Environment, as_text
from .location import Literal, Location, nearest
from .parse import Tree, kind
from .placeholders import Placeholder, list_like, stand_in

_SSM = "AWS::SSM::Parameter::Value<"


class Given(NamedTuple):
    """What a parameter is given.

    :param value: ``None``: nothing; then its default counts.
    :param remedy: how to give a value, for the message where location is none.
    """

    value: Tree
    remedy: str = ""


def value(environment: Environment, declared: Tree, given: Given, location: Location) -> str | list[str]:
    """The value of a parameter, a list where its type is one.

    :param declared: the parameter, as the template has it.
    :raises TemplateError: ``MissingParameter``, ``InvalidParameter``, ``UnresolvedDynamicReference``.
    """
    if not isinstance(declared, dict):
        raise location.refuse("InvalidTemplate", "be an object with a Type", Literal(kind(declared)))
    if str(declared.get("NoEcho")).lower() == "true":
        location = location.hidden()
    type_ = str(declared.get("Type", "String"))
    text = as_text(
        _source(environment, declared, given, location), location, Literal("another kind of value")
    )
    if isinstance(text, Placeholder):
        return list_like(text) if _is_list(type_) else text
    if type_.startswith(_SSM):
        return _stored(environment, text, type_.removeprefix(_SSM).removesuffix(">"), location)
    _refuse_forbidden(text, type_, declared, location)
    return _typed(text, type_)


def refuse_unknown(given: Collection[str], known: Collection[str]) -> None:
    """Refuse values for parameters that no stack has: a typo there would pass in silence.

    :raises TemplateError: ``UnknownParameter``.
    """
    for name in given:
        if name not in known:
            raise Location(name).refuse(
                "UnknownParameter",
                "name a parameter of the template",
                Literal("no such parameter"),
                nearest(name, known),
            )


def _source(environment: Environment, declared: Mapping[str, Tree], given: Given, location: Location) -> Tree:
    if given.value is not None:
        return given.value
    if "Default" in declared:
        return declared["Default"]
    if environment.guess:
        allowed = declared.get("AllowedValues")
        if isinstance(allowed, list) and len(allowed) == 1:
            return as_text(allowed[0], location, allowed[0])
        name = location.path.rpartition(".")[2]
        return stand_in(f"parameter {name} has no value", environment.name, name)
    raise location.refuse("MissingParameter", "have a value", Literal("none"), given.remedy)


def _typed(given: str, type_: str) -> str | list[str]:
    if _is_list(type_):
        if isinstance(given, Placeholder):
            return list_like(given)
        return [item.strip() for item in given.split(",")] if given else []
    return given


def _is_list(type_: str) -> bool:
    return type_ == "CommaDelimitedList" or "List<" in type_ or type_.endswith("<CommaDelimitedList>")


def _stored(environment: Environment, name: str, type_: str, location: Location) -> str | list[str]:
    reference = DynamicReference("ssm", name)
    found = environment.lookup(reference)
    if found is None:
        rule = "have a local value for the SSM parameter it names"
        remedy = f"set one with: cdk-elasticache secret set {name}"
        raise location.refuse("UnresolvedDynamicReference", rule, Literal(f"none for {name}"), remedy)
    return _typed(found, type_)


def _refuse_forbidden(given: str, type_: str, declared: Mapping[str, Tree], location: Location) -> None:
    shown = Literal(f"{len(given)} characters") if location.secret else given
    allowed = declared.get("AllowedValues")
    if isinstance(allowed, list):
        texts = dict.fromkeys(as_text(item, location, item) for item in allowed)
        if any(item not in texts for item in _as_list(_typed(given, type_))):
            raise location.refuse("InvalidParameter", f"be one of {', '.join(texts)}", shown)
    if type_ in ("Number", "List<Number>") and not all(map(_is_number, _as_list(_typed(given, type_)))):
        raise location.refuse("InvalidParameter", "be a number", shown)
    measure = float(given) if type_ == "Number" else len(given)
    least, most = ("MinValue", "MaxValue") if type_ == "Number" else ("MinLength", "MaxLength")
    limits = [(least, -1), (most, 1)]
    for bound, sign in limits:
        limit = str(declared.get(bound, ""))
        if _is_number(limit) and sign * measure > sign * float(limit):
            raise location.refuse("InvalidParameter", f"keep to its {bound} of {limit}", shown)


def _as_list(value: str | list[str]) -> list[str]:
    return value if isinstance(value, list) else [value]


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
