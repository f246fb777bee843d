"""The intrinsic functions, each as CloudFormation's reference defines it.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html

Each takes the environment that names are looked up in, its argument as the template has it, and where that stands;
it resolves of the argument what it needs. ``Fn::Length``,
``Fn::ToJsonString`` and the default of ``Fn::FindInMap`` need the
transform ``AWS::LanguageExtensions`` there, and so they do here. The functions of ``Rules`` are not among them,
since rules only check what the user of a template gives.
"""

from collections.abc import Callable, Iterable, Mapping

from ..errors import TemplateError
from .environment import NO_VALUE, Environment, as_text
from .location import Literal, Location, nearest
from .parse import Tree, kind
from .placeholders import Placeholder, PlaceholderList, derived, list_like, stand_in

#: Characters that a function may make. A template has a megabyte at most; the rest is a bomb.
_MAX_TEXT = 1_000_000
#: What an item of a list counts, in characters: so much longer it takes to go through it.
_ITEM = 100

Function = Callable[[Environment, Tree, Location], Tree]


def resolve(environment: Environment, value: Tree, location: Location) -> Tree:
    """Evaluate every function within ``value``. Members and items that come to nothing are left out.

    :raises TemplateError: for what can't be resolved.
    """
    if not isinstance(value, (dict, list)):
        return value
    with environment.descend(location):
        if isinstance(value, list):
            items = [resolve(environment, item, location.item(index)) for index, item in enumerate(value)]
            return [item for item in items if item is not NO_VALUE]
        if function := named(value):
            name, argument = next(iter(value.items()))
            made = function(environment, argument, location.key(name))
            if isinstance(made, list):  # whoever asked for it goes through it
                environment.spend(_ITEM * len(made), location)
            return made
        refuse_stray(value, location)
        members = {name: resolve(environment, item, location.key(name)) for name, item in value.items()}
        return {name: item for name, item in members.items() if item is not NO_VALUE}


def named(value: Mapping[str, Tree]) -> Function | None:
    """The function that an object calls: it has one member, named like a function."""
    if len(value) != 1:
        return None
    name = next(iter(value))
    if name in _FUNCTIONS:
        return _FUNCTIONS[name]
    return _unknown if name.startswith("Fn::") else None


def refuse_stray(value: Mapping[str, Tree], location: Location) -> None:
    """Refuse an object that has a function beside other members: it would pass unresolved."""
    for name in value:
        if name == "Fn::Transform":
            raise _no_transform(value[name], location.key(name))
        if name.startswith("Fn::"):
            beside = (
                f"{len(value)} members" if len(value) > 1 else "it in the place of a resource's properties"
            )
            raise location.refuse("InvalidFunction", f"hold {name} alone in its object", Literal(beside))


def list_of(argument: Tree, location: Location, least: int, most: int) -> list[Tree]:
    """A function's argument where it has to be a list of so many values."""
    if not isinstance(argument, list) or not least <= len(argument) <= most:
        count = f"{least}" if least == most else f"{least} to {most}"
        raise location.refuse("InvalidFunction", f"take a list of {count} values", argument)
    return argument


def _text(environment: Environment, value: Tree, location: Location) -> str:
    return as_text(resolve(environment, value, location), location, value)


def _whole(environment: Environment, value: Tree, location: Location) -> int:
    digits = _text(environment, value, location)
    if not (digits.isascii() and digits.isdigit() and len(digits) < 10):
        raise location.refuse("InvalidFunction", "be a whole number", value)
    return int(digits)


def _texts(environment: Environment, value: Tree, location: Location) -> list[str]:
    items = resolve(environment, value, location)
    if isinstance(items, Placeholder):
        return [items]
    if not isinstance(items, list):
        raise location.refuse("InvalidFunction", "be a list", value)
    return [as_text(item, location.item(index), value) for index, item in enumerate(items)]


def _bounded(environment: Environment, pieces: Iterable[str], separator: str, location: Location) -> str:
    total, kept = 0, []
    for piece in pieces:
        total += len(piece) + len(separator)
        if total > _MAX_TEXT:
            raise location.refuse(
                "TextTooLong", f"make a text of at most {_MAX_TEXT} characters", Literal("more")
            )
        kept.append(piece)
    environment.spend(total, location)
    return derived(separator.join(kept), kept)


def _ref(environment: Environment, argument: Tree, location: Location) -> Tree:
    if not isinstance(argument, str):
        raise location.refuse("InvalidFunction", "be a name", argument)
    return environment.reference(argument, location)


def _get_att(environment: Environment, argument: Tree, location: Location) -> Tree:
    parts = argument.split(".", 1) if isinstance(argument, str) else argument
    name, attribute = list_of(parts, location, 2, 2)
    if not isinstance(name, str):
        raise location.refuse("InvalidFunction", "begin with a logical id", argument)
    return environment.attribute(name, _text(environment, attribute, location.item(1)), location)


def _join(environment: Environment, argument: Tree, location: Location) -> str:
    separator, items = list_of(argument, location, 2, 2)
    between = _text(environment, separator, location.item(0))
    return _bounded(environment, _texts(environment, items, location.item(1)), between, location)


def _split(environment: Environment, argument: Tree, location: Location) -> list[str]:
    separator, source = list_of(argument, location, 2, 2)
    between = _text(environment, separator, location.item(0))
    if not between:
        raise location.item(0).refuse(
            "InvalidFunction", "be a delimiter of at least one character", separator
        )
    value = resolve(environment, source, location.item(1))
    parts = as_text(value, location.item(1), source).split(between)
    if not isinstance(value, Placeholder):
        return parts
    return PlaceholderList(Placeholder(part, value.reason) for part in parts)


def _select(environment: Environment, argument: Tree, location: Location) -> Tree:
    position, items = list_of(argument, location, 2, 2)
    index = _whole(environment, position, location.item(0))
    if isinstance(items, list):  # only the one that is asked for has to be resolved
        chosen = (
            resolve(environment, items[index], location.item(1).item(index))
            if index < len(items)
            else NO_VALUE
        )
    else:
        made = resolve(environment, items, location.item(1))
        if isinstance(made, Placeholder):
            return made
        if isinstance(made, PlaceholderList) and index >= len(made):
            return made[-1]
        if not isinstance(made, list):
            raise location.item(1).refuse("InvalidFunction", "be a list", items)
        chosen = made[index] if index < len(made) else NO_VALUE
    if chosen is NO_VALUE or chosen is None:
        raise location.refuse("InvalidFunction", f"select a value that is there, index {index}", argument)
    return chosen


def _sub(environment: Environment, argument: Tree, location: Location) -> str:
    pattern, given = (argument, {}) if isinstance(argument, str) else list_of(argument, location, 2, 2)
    if not isinstance(pattern, str) or not isinstance(given, dict):
        raise location.refuse(
            "InvalidFunction", "be a text, or a text and an object of its variables", argument
        )
    return _bounded(environment, _substituted(environment, pattern, given, location), "", location)


def _substituted(
    environment: Environment, pattern: str, given: Mapping[str, Tree], location: Location
) -> Iterable[str]:
    own: dict[str, str] = {}  # each variable is worked out once, however often it stands in the text
    end = 0
    while (start := pattern.find("${", end)) >= 0 and (close := pattern.find("}", start)) >= 0:
        yield pattern[end:start]
        end = close + 1
        name = pattern[start + 2 : close]
        if name.startswith("!"):
            yield "${" + name[1:] + "}"
        elif name in given:
            if name not in own:
                own[name] = _text(environment, given[name], location.key(name))
            yield own[name]
        else:
            yield as_text(_variable(environment, name, location), location, {"Fn::Sub": "${" + name + "}"})
    yield pattern[end:]  # with a brace that is never closed, which stands for itself


def _variable(environment: Environment, name: str, location: Location) -> Tree:
    resource, dot, attribute = name.partition(".")
    return (
        environment.attribute(resource, attribute, location) if dot else environment.reference(name, location)
    )


def _find_in_map(environment: Environment, argument: Tree, location: Location) -> Tree:
    parts = list_of(argument, location, 3, 4)
    name, top, second = (
        _text(environment, part, location.item(index)) for index, part in enumerate(parts[:3])
    )
    default = parts[3] if len(parts) == 4 else {}
    if len(parts) == 4:
        _need_extensions(environment, location.item(3), "DefaultValue")
    found: Tree = environment.mappings
    for key in (name, top, second):
        found = found.get(key, NO_VALUE) if isinstance(found, Mapping) else NO_VALUE
    if found is NO_VALUE and isinstance(default, dict) and "DefaultValue" in default:
        return resolve(environment, default["DefaultValue"], location.item(3))
    if found is NO_VALUE and environment.guess and not all(isinstance(part, str) for part in parts):
        keys = (part for part in (name, top, second) if isinstance(part, Placeholder))
        reason = next((key.reason for key in keys if key.reason), f"mapping {name} has no such key")
        return stand_in(reason, environment.name, name, top, second)
    if found is NO_VALUE or isinstance(found, dict):
        raise location.refuse(
            "UnresolvedReference", f"name a value of the mapping, {name} {top} {second}", argument
        )
    return found


def _if(environment: Environment, argument: Tree, location: Location) -> Tree:
    condition, then, otherwise = list_of(argument, location, 3, 3)
    holds = environment.condition(condition, location.item(0))
    if holds is None:
        return _either(environment, condition, (then, otherwise), location)
    chosen = 1 if holds else 2
    return resolve(environment, (then, otherwise)[chosen - 1], location.item(chosen))


def _either(environment: Environment, condition: str, sides: tuple[Tree, Tree], location: Location) -> Tree:
    """What an ``Fn::If`` gives of which only a deployment decides the side."""
    values = [resolve(environment, side, location.item(index)) for index, side in enumerate(sides, 1)]
    if values[0] == values[1] and values[0] is not NO_VALUE:
        return values[0]
    made_up = stand_in(f"condition {condition} can't be decided", location.owner, location.path)
    given = [value for value in values if value is not NO_VALUE]
    return list_like(made_up) if given and all(isinstance(value, list) for value in given) else made_up


def _import_value(environment: Environment, argument: Tree, location: Location) -> str:
    return environment.imported(_text(environment, argument, location), location)


def _get_stack_output(environment: Environment, argument: Tree, location: Location) -> str:
    if not isinstance(argument, dict) or not {"StackName", "OutputName"} <= set(argument):
        raise location.refuse("InvalidFunction", "be an object with StackName and OutputName", argument)
    name = _text(environment, argument["StackName"], location.key("StackName"))
    output = _text(environment, argument["OutputName"], location.key("OutputName"))
    region = _text(environment, argument.get("Region", ""), location.key("Region"))
    return environment.stack_output(name, region, output, location)


def _get_azs(environment: Environment, argument: Tree, location: Location) -> list[str]:
    region = _text(environment, argument or {"Ref": "AWS::Region"}, location)
    return PlaceholderList(Placeholder(region + zone) for zone in "abc")  # some regions have more


def _cidr(environment: Environment, argument: Tree, location: Location) -> list[str]:
    block, count, bits = list_of(argument, location, 3, 3)
    number = _whole(environment, count, location.item(1))
    host_bits = _whole(environment, bits, location.item(2))
    whole = resolve(environment, block, location.item(0))
    if isinstance(whole, Placeholder):
        return PlaceholderList(
            Placeholder(f"{whole}-{index}", whole.reason) for index in range(max(1, min(number, 256)))
        )
    return _subnets(as_text(whole, location.item(0), block), number, host_bits, location)


def _subnets(block: str, number: int, host_bits: int, location: Location) -> list[str]:
    from ipaddress import ip_network
    from itertools import islice

    if not 1 <= number <= 256:  # before any work: it may be a billion
        raise location.refuse("InvalidFunction", "make 1 to 256 blocks", Literal(f"{number} in {block}"))

    try:
        network = ip_network(block, strict=False)
        made = list(islice(network.subnets(new_prefix=network.max_prefixlen - host_bits), number))
    except ValueError as error:
        raise location.refuse("InvalidFunction", "split an address block", Literal(str(error))) from None
    if len(made) < number:
        raise location.refuse(
            "InvalidFunction", "make blocks that fit in it", Literal(f"{number} in {block}")
        )
    return [str(subnet) for subnet in made]


def _base64(environment: Environment, argument: Tree, location: Location) -> str:
    from base64 import b64encode

    text = _text(environment, argument, location)
    encoded = b64encode(text.encode("utf-8", "surrogatepass")).decode()
    return _bounded(environment, [derived(encoded, [text])], "", location)


def _length(environment: Environment, argument: Tree, location: Location) -> int | str:
    _need_extensions(environment, location, "Fn::Length")
    items = resolve(environment, argument, location)
    if isinstance(items, PlaceholderList):
        return Placeholder(
            str(len(items)), next((it.reason for it in items if isinstance(it, Placeholder)), "")
        )
    if not isinstance(items, list):
        raise location.refuse("InvalidFunction", "be a list", argument)
    return len(items)


def _to_json_string(environment: Environment, argument: Tree, location: Location) -> str:
    import json

    _need_extensions(environment, location, "Fn::ToJsonString")
    if not isinstance(argument, (dict, list)):
        raise location.refuse("InvalidFunction", "be an object or a list", argument)
    value = resolve(environment, argument, location)
    pieces = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).iterencode(value)
    return _bounded(environment, pieces, "", location)


def _need_extensions(environment: Environment, location: Location, what: str) -> None:
    if not environment.language_extensions:
        rule = "be used under the transform AWS::LanguageExtensions"
        raise location.refuse(
            "InvalidFunction", rule, Literal(what), "add Transform: AWS::LanguageExtensions"
        )


def _condition_only(environment: Environment, argument: Tree, location: Location) -> Tree:
    del environment
    raise location.refuse(
        "InvalidFunction", "stand in a condition", argument, "take Fn::If to choose a value"
    )


def _transform(environment: Environment, argument: Tree, location: Location) -> Tree:
    del environment
    raise _no_transform(argument, location)


def _no_transform(argument: Tree, location: Location) -> TemplateError:
    name = argument.get("Name") if isinstance(argument, dict) else argument
    rule = "be written out: Fn::Transform runs in AWS only"
    return location.refuse(
        "UnsupportedTransform", rule, Literal(name) if isinstance(name, str) else Literal(kind(name))
    )


def _unknown(environment: Environment, argument: Tree, location: Location) -> Tree:
    del environment, argument
    name = location.path.rpartition(".Fn::")[2]
    rule = "be a function that CloudFormation has here"
    if name.startswith("ForEach"):
        rule = "stand in Conditions, Outputs or Resources, under the transform AWS::LanguageExtensions"
    raise location.refuse(
        "UnsupportedFunction", rule, Literal(f"Fn::{name}"), nearest(f"Fn::{name}", _FUNCTIONS)
    )


_FUNCTIONS: dict[str, Function] = {
    "Ref": _ref,
    "Fn::And": _condition_only,
    "Fn::Base64": _base64,
    "Fn::Cidr": _cidr,
    "Fn::Equals": _condition_only,
    "Fn::FindInMap": _find_in_map,
    "Fn::GetAtt": _get_att,
    "Fn::GetAZs": _get_azs,
    "Fn::GetStackOutput": _get_stack_output,
    "Fn::If": _if,
    "Fn::ImportValue": _import_value,
    "Fn::Join": _join,
    "Fn::Length": _length,
    "Fn::Not": _condition_only,
    "Fn::Or": _condition_only,
    "Fn::Select": _select,
    "Fn::Split": _split,
    "Fn::Sub": _sub,
    "Fn::ToJsonString": _to_json_string,
    "Fn::Transform": _transform,
}
