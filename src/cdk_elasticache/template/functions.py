"""The intrinsic functions, each as CloudFormation's reference defines it.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html

Each takes the stack that asks, its argument as the template has it, and where that stands; it resolves of the
argument what it needs. ``Fn::Length``, ``Fn::ToJsonString`` and the default of ``Fn::FindInMap`` need the
transform ``AWS::LanguageExtensions`` there, and so they do here. The functions of ``Rules`` are not among them,
since rules only check what the user of a template gives.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from ..errors import TemplateError
from .stand_in import StandIn, StandIns
from .text import Tree, kind
from .where import Said, Where

if TYPE_CHECKING:
    from .stack import Stack

#: What ``AWS::NoValue`` gives: whoever holds it leaves it out.
NO_VALUE = object()

#: Characters that a function may make. A template has a megabyte at most; the rest is a bomb.
_MAX_TEXT = 1_000_000

PSEUDO_PARAMETERS: dict[str, Callable[["Stack"], Tree]] = {
    "AWS::AccountId": lambda stack: stack.account,
    "AWS::NoValue": lambda _: NO_VALUE,
    "AWS::NotificationARNs": lambda _: [],
    "AWS::Partition": lambda stack: stack.partition,
    "AWS::Region": lambda stack: stack.region,
    "AWS::StackId": lambda stack: stack.id,
    "AWS::StackName": lambda stack: stack.name,
    "AWS::URLSuffix": lambda stack: stack.url_suffix,
}

Function = Callable[["Stack", Tree, Where], Tree]


def named(value: Mapping[str, Tree]) -> Function | None:
    """The function that an object calls: it has one member, named like a function."""
    if len(value) != 1:
        return None
    name = next(iter(value))
    if name in _FUNCTIONS:
        return _FUNCTIONS[name]
    return _unknown if name.startswith("Fn::") else None


def refuse_stray(value: Mapping[str, Tree], where: Where) -> None:
    """Refuse an object that has a function beside other members: it would pass unresolved."""
    for name in value:
        if name == "Fn::Transform":
            raise _no_transform(value[name], where.key(name))
        if name.startswith("Fn::"):
            beside = (
                f"{len(value)} members" if len(value) > 1 else "it in the place of a resource's properties"
            )
            raise where.refuse("InvalidFunction", f"hold {name} alone in its object", Said(beside))


def text(value: Tree, where: Where, expression: Tree) -> str:
    """A resolved value as the text that CloudFormation makes of it."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value)
    got = Said("nothing") if value is NO_VALUE else expression
    raise where.refuse("InvalidValue", "be a text", got)


def truth(stack: "Stack", expression: Tree, where: Where) -> bool:
    """The truth of a condition's expression: these functions make it, and no other."""
    if isinstance(expression, dict) and len(expression) == 1:
        name, argument = next(iter(expression.items()))
        at = where.key(name)
        if name == "Condition":
            return stack.condition(argument, at)
        if name == "Fn::Equals":
            one, other = (stack.resolve(side, at) for side in _list(argument, at, 2, 2))
            return bool(_comparable(one) == _comparable(other))
        if name in ("Fn::And", "Fn::Or", "Fn::Not"):
            with stack.stacks.descend(at):
                sides = _list(argument, at, 1, 1) if name == "Fn::Not" else _list(argument, at, 2, 10)
                truths = (truth(stack, side, at.item(index)) for index, side in enumerate(sides))
                return {"Fn::And": all, "Fn::Or": any}.get(name, _not)(truths)
    rule = "be Fn::And, Fn::Equals, Fn::Not, Fn::Or or Condition"
    raise where.refuse("InvalidCondition", rule, expression)


def nearest(word: str, words: Iterable[str]) -> str:
    """A remedy that names the word most like ``word``; ``""`` where none is like it."""
    from difflib import get_close_matches

    known = {known.lower(): known for known in list(words)[:1000]}
    close = get_close_matches(word.lower(), known, n=1)
    return f"did you mean {known[close[0]]}?" if close else ""


def _not(truths: Iterable[bool]) -> bool:
    return not any(truths)


def _comparable(value: Tree) -> Tree:
    # Parameters are text, so 1 and "1", true and "true" have to be the same.
    return text(value, Where(""), None) if isinstance(value, (int, float)) else value


def _list(argument: Tree, where: Where, least: int, most: int) -> list[Tree]:
    if not isinstance(argument, list) or not least <= len(argument) <= most:
        count = f"{least}" if least == most else f"{least} to {most}"
        raise where.refuse("InvalidFunction", f"take a list of {count} values", argument)
    return argument


def _text(stack: "Stack", value: Tree, where: Where) -> str:
    return text(stack.resolve(value, where), where, value)


def _whole(stack: "Stack", value: Tree, where: Where) -> int:
    digits = _text(stack, value, where)
    if not (digits.isascii() and digits.isdigit() and len(digits) < 10):
        raise where.refuse("InvalidFunction", "be a whole number", value)
    return int(digits)


def _texts(stack: "Stack", value: Tree, where: Where) -> list[str]:
    items = stack.resolve(value, where)
    if isinstance(items, StandIn):
        return [items]
    if not isinstance(items, list):
        raise where.refuse("InvalidFunction", "be a list", value)
    return [text(item, where.item(index), value) for index, item in enumerate(items)]


def _bounded(pieces: Iterable[str], separator: str, where: Where) -> str:
    total, kept = 0, []
    for piece in pieces:
        total += len(piece) + len(separator)
        if total > _MAX_TEXT:
            raise where.refuse("TextTooLong", f"make a text of at most {_MAX_TEXT} characters", Said("more"))
        kept.append(piece)
    return separator.join(kept)


def _ref(stack: "Stack", argument: Tree, where: Where) -> Tree:
    if not isinstance(argument, str):
        raise where.refuse("InvalidFunction", "be a name", argument)
    return stack.reference(argument, where)


def _get_att(stack: "Stack", argument: Tree, where: Where) -> Tree:
    parts = argument.split(".", 1) if isinstance(argument, str) else argument
    name, attribute = _list(parts, where, 2, 2)
    if not isinstance(name, str):
        raise where.refuse("InvalidFunction", "begin with a logical id", argument)
    return stack.attribute(name, _text(stack, attribute, where.item(1)), where)


def _join(stack: "Stack", argument: Tree, where: Where) -> str:
    separator, items = _list(argument, where, 2, 2)
    between = _text(stack, separator, where.item(0))
    return _bounded(_texts(stack, items, where.item(1)), between, where)


def _split(stack: "Stack", argument: Tree, where: Where) -> list[str]:
    separator, source = _list(argument, where, 2, 2)
    between = _text(stack, separator, where.item(0))
    if not between:
        raise where.item(0).refuse("InvalidFunction", "be a delimiter of at least one character", separator)
    value = stack.resolve(source, where.item(1))
    parts = text(value, where.item(1), source).split(between)
    return StandIns(StandIn(part) for part in parts) if isinstance(value, StandIn) else parts


def _select(stack: "Stack", argument: Tree, where: Where) -> Tree:
    position, items = _list(argument, where, 2, 2)
    index = _whole(stack, position, where.item(0))
    if isinstance(items, list):  # only the one that is asked for has to be resolved
        chosen = stack.resolve(items[index], where.item(1).item(index)) if index < len(items) else NO_VALUE
    else:
        made = stack.resolve(items, where.item(1))
        if isinstance(made, StandIn):
            return made
        if isinstance(made, StandIns) and index >= len(made):
            return made[-1]
        if not isinstance(made, list):
            raise where.item(1).refuse("InvalidFunction", "be a list", items)
        chosen = made[index] if index < len(made) else NO_VALUE
    if chosen is NO_VALUE or chosen is None:
        raise where.refuse("InvalidFunction", f"select a value that is there, index {index}", argument)
    return chosen


def _sub(stack: "Stack", argument: Tree, where: Where) -> str:
    pattern, given = (argument, {}) if isinstance(argument, str) else _list(argument, where, 2, 2)
    if not isinstance(pattern, str) or not isinstance(given, dict):
        raise where.refuse("InvalidFunction", "be a text, or a text and an object of its variables", argument)
    return _bounded(_substituted(stack, pattern, given, where), "", where)


def _substituted(stack: "Stack", pattern: str, given: Mapping[str, Tree], where: Where) -> Iterable[str]:
    rest = pattern
    while True:
        before, opened, after = rest.partition("${")
        yield before
        name, closed, rest = after.partition("}")
        if not closed:
            yield opened + after  # a brace that is never closed stands for itself
            return
        if name.startswith("!"):
            yield "${" + name[1:] + "}"
        elif name in given:
            yield _text(stack, given[name], where.key(name))
        else:
            yield text(_variable(stack, name, where), where, {"Fn::Sub": "${" + name + "}"})


def _variable(stack: "Stack", name: str, where: Where) -> Tree:
    resource, dot, attribute = name.partition(".")
    return stack.attribute(resource, attribute, where) if dot else stack.reference(name, where)


def _find_in_map(stack: "Stack", argument: Tree, where: Where) -> Tree:
    parts = _list(argument, where, 3, 4)
    name, top, second = (_text(stack, part, where.item(index)) for index, part in enumerate(parts[:3]))
    default = parts[3] if len(parts) == 4 else {}
    if len(parts) == 4:
        _need_extensions(stack, where.item(3), "DefaultValue")
    found: Tree = stack.section("Mappings")
    for key in (name, top, second):
        found = found.get(key, NO_VALUE) if isinstance(found, Mapping) else NO_VALUE
    if found is NO_VALUE and isinstance(default, dict) and "DefaultValue" in default:
        return stack.resolve(default["DefaultValue"], where.item(3))
    if found is NO_VALUE and stack.stacks.inputs.guess and not all(isinstance(part, str) for part in parts):
        return StandIn("standin")  # the keys are known at deployment only
    if found is NO_VALUE or isinstance(found, dict):
        raise where.refuse(
            "UnresolvedReference", f"name a value of the mapping, {name} {top} {second}", argument
        )
    return found


def _if(stack: "Stack", argument: Tree, where: Where) -> Tree:
    condition, then, otherwise = _list(argument, where, 3, 3)
    chosen = 1 if stack.condition(condition, where.item(0)) else 2
    return stack.resolve((then, otherwise)[chosen - 1], where.item(chosen))


def _import_value(stack: "Stack", argument: Tree, where: Where) -> str:
    return stack.stacks.imported(_text(stack, argument, where), stack, where)


def _get_stack_output(stack: "Stack", argument: Tree, where: Where) -> str:
    if not isinstance(argument, dict) or not {"StackName", "OutputName"} <= set(argument):
        raise where.refuse("InvalidFunction", "be an object with StackName and OutputName", argument)
    name = _text(stack, argument["StackName"], where.key("StackName"))
    output = _text(stack, argument["OutputName"], where.key("OutputName"))
    region = _text(stack, argument.get("Region", stack.region), where.key("Region"))
    source = stack.stacks.named(name, region)
    if source is None:
        raise where.refuse("UnresolvedImport", f"name a stack of the source in {region}", argument)
    return source.output(output, where)


def _get_azs(stack: "Stack", argument: Tree, where: Where) -> list[str]:
    region = _text(stack, argument, where) or stack.region
    return StandIns(StandIn(region + zone) for zone in "abc")  # some regions have more


def _cidr(stack: "Stack", argument: Tree, where: Where) -> list[str]:
    block, count, bits = _list(argument, where, 3, 3)
    number = _whole(stack, count, where.item(1))
    host_bits = _whole(stack, bits, where.item(2))
    whole = stack.resolve(block, where.item(0))
    if isinstance(whole, StandIn):
        return StandIns(StandIn(f"{whole}-{index}") for index in range(max(1, min(number, 256))))
    return _subnets(text(whole, where.item(0), block), number, host_bits, where)


def _subnets(block: str, number: int, host_bits: int, where: Where) -> list[str]:
    from ipaddress import ip_network
    from itertools import islice

    try:
        network = ip_network(block, strict=False)
        made = list(islice(network.subnets(new_prefix=network.max_prefixlen - host_bits), number))
    except ValueError as error:
        raise where.refuse("InvalidFunction", "split an address block", Said(str(error))) from None
    if not 1 <= number <= 256 or len(made) < number:
        raise where.refuse(
            "InvalidFunction", "make 1 to 256 blocks that fit in it", Said(f"{number} in {block}")
        )
    return [str(subnet) for subnet in made]


def _base64(stack: "Stack", argument: Tree, where: Where) -> str:
    from base64 import b64encode

    encoded = b64encode(_text(stack, argument, where).encode("utf-8", "surrogatepass")).decode()
    return _bounded([encoded], "", where)


def _length(stack: "Stack", argument: Tree, where: Where) -> int:
    _need_extensions(stack, where, "Fn::Length")
    items = stack.resolve(argument, where)
    if not isinstance(items, list):
        raise where.refuse("InvalidFunction", "be a list", argument)
    return len(items)


def _to_json_string(stack: "Stack", argument: Tree, where: Where) -> str:
    import json

    _need_extensions(stack, where, "Fn::ToJsonString")
    if not isinstance(argument, (dict, list)):
        raise where.refuse("InvalidFunction", "be an object or a list", argument)
    value = stack.resolve(argument, where)
    pieces = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).iterencode(value)
    return _bounded(pieces, "", where)


def _need_extensions(stack: "Stack", where: Where, what: str) -> None:
    if not stack.language_extensions:
        rule = "be used under the transform AWS::LanguageExtensions"
        raise where.refuse("InvalidFunction", rule, Said(what), "add Transform: AWS::LanguageExtensions")


def _condition_only(stack: "Stack", argument: Tree, where: Where) -> Tree:
    del stack
    raise where.refuse("InvalidFunction", "stand in a condition", argument, "take Fn::If to choose a value")


def _transform(stack: "Stack", argument: Tree, where: Where) -> Tree:
    del stack
    raise _no_transform(argument, where)


def _no_transform(argument: Tree, where: Where) -> TemplateError:
    name = argument.get("Name") if isinstance(argument, dict) else argument
    rule = "be written out: Fn::Transform runs in AWS only"
    return where.refuse(
        "UnsupportedTransform", rule, Said(name) if isinstance(name, str) else Said(kind(name))
    )


def _unknown(stack: "Stack", argument: Tree, where: Where) -> Tree:
    del stack, argument
    name = where.path.rpartition(".Fn::")[2]
    rule = "be a function that CloudFormation has here"
    if name.startswith("ForEach"):
        rule = "be written out: Fn::ForEach runs in AWS only"
    raise where.refuse("UnsupportedFunction", rule, Said(f"Fn::{name}"), nearest(f"Fn::{name}", _FUNCTIONS))


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
