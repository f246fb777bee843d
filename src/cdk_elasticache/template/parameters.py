"""Parameters of a template: which value one has, and whether it may.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html

A value comes, first found, from the parent of a nested stack, from ``STACK:NAME`` and ``NAME`` of the caller,
from the cloud assembly, from the default. ``AllowedPattern`` is left to AWS: it is a Java expression.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from . import functions
from .references import DynamicReference
from .stand_in import StandIn
from .text import Tree, kind
from .where import Said, Where

if TYPE_CHECKING:
    from .stack import Stack

_SSM = "AWS::SSM::Parameter::Value<"


def value(stack: "Stack", name: str, where: Where) -> str | list[str]:
    """The value of a parameter, a list where its type is one.

    :raises TemplateError: ``MissingParameter``, ``InvalidParameter``, ``UnresolvedDynamicReference``.
    """
    declared = stack.section("Parameters")[name]
    there = where.through(f"Parameters.{name}")
    if not isinstance(declared, dict):
        raise there.refuse("InvalidTemplate", "be an object with a Type", Said(kind(declared)))
    if str(declared.get("NoEcho")).lower() == "true":
        there = there.hidden()
    type_ = str(declared.get("Type", "String"))
    given = functions.text(_given(stack, name, declared, there), there, Said("another kind of value"))
    if isinstance(given, StandIn):
        return given if given == _typed(given, type_) else [given]
    if type_.startswith(_SSM):
        return _stored(stack, given, type_.removeprefix(_SSM).removesuffix(">"), there)
    _refuse_forbidden(given, type_, declared, there)
    return _typed(given, type_)


def refuse_unknown(given: Mapping[str, str], stacks: Iterable["Stack"]) -> None:
    """Refuse values for parameters that no stack has: a typo there would pass in silence.

    :raises TemplateError: ``UnknownParameter``.
    """
    known = {
        name: None for stack in stacks for own in stack.section("Parameters") for name in _names(stack, own)
    }
    for name in given:
        if name not in known:
            raise Where(name).refuse(
                "UnknownParameter",
                "name a parameter of the template",
                Said("no such parameter"),
                functions.nearest(name, known),
            )


def _names(stack: "Stack", own: str) -> tuple[str, str]:
    return own, f"{stack.name}:{own}"


def _given(stack: "Stack", name: str, declared: Mapping[str, Tree], where: Where) -> Tree:
    for source in _sources(stack, name):
        if name in source:
            return source[name]
    if "Default" in declared:
        return declared["Default"]
    if stack.stacks.inputs.guess:
        allowed = declared.get("AllowedValues")
        likely = allowed[0] if isinstance(allowed, list) and allowed else "standin"
        return StandIn(functions.text(likely, where, likely))
    remedy = "" if stack.parent else f"give one with --parameter {stack.name}:{name}=VALUE"
    raise where.refuse("MissingParameter", "have a value", Said("none"), remedy)


def _sources(stack: "Stack", name: str) -> Iterator[Mapping[str, Tree]]:
    if stack.parent:
        handed = stack.parent.properties.object("Parameters")
        yield {name: handed.value(name)} if handed and name in handed else {}
        return
    given = stack.stacks.inputs.parameters
    yield {own: given[full] for own, full in [_names(stack, name)] if full in given}
    yield given
    yield stack.source.parameters


def _typed(given: str, type_: str) -> str | list[str]:
    if type_ == "CommaDelimitedList" or type_.startswith("List<"):
        return [item.strip() for item in given.split(",")] if given else []
    return given


def _stored(stack: "Stack", name: str, type_: str, where: Where) -> str | list[str]:
    reference = DynamicReference("ssm", name)
    found = stack.stacks.lookup(reference)
    if found is None:
        rule = "have a local value for the SSM parameter it names"
        remedy = f"set one with: cdk-elasticache secret set {name}"
        raise where.refuse("UnresolvedDynamicReference", rule, Said(f"none for {name}"), remedy)
    return _typed(found, type_)


def _refuse_forbidden(given: str, type_: str, declared: Mapping[str, Tree], where: Where) -> None:
    shown = Said(f"{len(given)} characters") if where.secret else given
    allowed = declared.get("AllowedValues")
    if isinstance(allowed, list):
        texts = [functions.text(item, where, item) for item in allowed]
        if any(item not in texts for item in _as_list(_typed(given, type_))):
            raise where.refuse("InvalidParameter", f"be one of {', '.join(texts)}", shown)
    if type_ in ("Number", "List<Number>") and not all(map(_is_number, _as_list(_typed(given, type_)))):
        raise where.refuse("InvalidParameter", "be a number", shown)
    measure = float(given) if type_ == "Number" else len(given)
    least, most = ("MinValue", "MaxValue") if type_ == "Number" else ("MinLength", "MaxLength")
    limits = [(least, -1), (most, 1)]
    for bound, sign in limits:
        limit = str(declared.get(bound, ""))
        if _is_number(limit) and sign * measure > sign * float(limit):
            raise where.refuse("InvalidParameter", f"keep to its {bound} of {limit}", shown)


def _as_list(value: str | list[str]) -> list[str]:
    return value if isinstance(value, list) else [value]


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
