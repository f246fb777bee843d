"""Text in, plain tree out: a template as JSON or YAML, without any idea of what it means.

A tree is made of ``dict``, ``list``, ``str``, ``int``, ``float``, ``bool`` and ``None``. The short forms of
YAML (``!Ref``, ``!GetAtt A.B``, ``!Sub`` …) come out in the long form that JSON has, so nobody after this
file knows which of the two was written.

YAML is read as CloudFormation reads it, version 1.1 without aliases, merge keys and the tags binary, omap,
pairs, set and timestamp:
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html
Location YAML 1.1 would turn text into a surprising number, the text stays as it was written: ``11:00`` is no
sexagesimal, ``012`` no octal, ``2012-10-17`` no date. ``yes``, ``no``, ``on`` and ``off`` are booleans.
"""

from collections.abc import Iterator
from typing import Any

from ..errors import TemplateError

#: A value of a template. Recursive in truth; mypy would ask for a cast at each step down.
Tree = Any

#: Levels of lists and objects in a template. Real ones stay under 30; the rest is a mistake or an attack.
MAX_DEPTH = 100

#: The functions that have a short form: ``!X`` is ``Fn::X``, apart from the two that have no prefix. Some stand in
#: ``Rules`` alone, which aren't read further.
SHORT_FORMS = {
    "!Ref": "Ref",
    "!Condition": "Condition",
    "!And": "Fn::And",
    "!Base64": "Fn::Base64",
    "!Cidr": "Fn::Cidr",
    "!Contains": "Fn::Contains",
    "!EachMemberEquals": "Fn::EachMemberEquals",
    "!EachMemberIn": "Fn::EachMemberIn",
    "!Equals": "Fn::Equals",
    "!FindInMap": "Fn::FindInMap",
    "!GetAtt": "Fn::GetAtt",
    "!GetAZs": "Fn::GetAZs",
    "!GetStackOutput": "Fn::GetStackOutput",
    "!If": "Fn::If",
    "!ImportValue": "Fn::ImportValue",
    "!Join": "Fn::Join",
    "!Length": "Fn::Length",
    "!Not": "Fn::Not",
    "!Or": "Fn::Or",
    "!RefAll": "Fn::RefAll",
    "!Select": "Fn::Select",
    "!Split": "Fn::Split",
    "!Sub": "Fn::Sub",
    "!ToJsonString": "Fn::ToJsonString",
    "!Transform": "Fn::Transform",
    "!ValueOf": "Fn::ValueOf",
    "!ValueOfAll": "Fn::ValueOfAll",
}

_STANDARD = "tag:yaml.org,2002:"
_BOOLEANS = {
    **dict.fromkeys(("true", "yes", "on"), True),
    **dict.fromkeys(("false", "no", "off"), False),
}


def parse(text: str, name: str) -> dict[str, Tree]:
    """Read a template.

    :param text: the template.
    :param name: the file's name, for messages; ``.json`` means JSON, ``.yaml`` and ``.yml`` mean YAML, and
        with any other ending what begins with a brace is JSON.
    :raises TemplateError: ``InvalidTemplateText``, ``DuplicateKey``, ``TemplateTooDeep``, ``MissingExtra``.
    """
    tree = parse_json(text, name) if _is_json(text, name) else _parse_yaml(text, name)
    if not isinstance(tree, dict):
        raise TemplateError("InvalidTemplateText", f"{name} must hold an object, got {kind(tree)}")
    return tree


def parse_json(text: str, name: str) -> Tree:
    """Read JSON, refusing what its standard leaves open: keys given twice, ``NaN``, bottomless nesting."""
    import json

    def refuse(constant: str) -> None:
        raise TemplateError("InvalidTemplateText", f"{name} must be JSON, got {constant}")

    def members(pairs: list[tuple[str, Tree]]) -> dict[str, Tree]:
        found = dict(pairs)
        if len(found) < len(pairs):
            raise _duplicate(name, _first_repeated([key for key, _ in pairs]))
        return found

    try:
        tree = json.loads(text, object_pairs_hook=members, parse_constant=refuse)
    except json.JSONDecodeError as error:
        reason = f"{error.msg} in line {error.lineno}, column {error.colno}"
        raise TemplateError("InvalidTemplateText", f"{name} must be JSON, got: {reason}") from None
    except RecursionError:
        raise _too_deep(name) from None
    except ValueError as error:
        # A number of thousands of digits, which Python refuses to convert.
        if isinstance(error, TemplateError):
            raise
        raise TemplateError("InvalidTemplateText", f"{name} must hold numbers of a sane length") from None
    _check_depth(tree, name)
    return tree


def kind(value: Tree) -> str:
    """What a value is, in a template author's words: for messages that must not show the value."""
    names = {dict: "an object", list: "a list", str: "a text", bool: "a boolean", type(None): "nothing"}
    return names.get(type(value), "a number")


def _is_json(text: str, name: str) -> bool:
    ending = name.lower().rpartition(".")[2]
    return ending == "json" or (ending not in ("yaml", "yml") and text.lstrip()[:1] == "{")


def _first_repeated(keys: list[str]) -> str:
    seen: set[str] = set()
    return next(key for key in keys if key in seen or seen.add(key))  # type: ignore[func-returns-value]


def _duplicate(name: str, key: str, line: str = "") -> TemplateError:
    return TemplateError(
        "DuplicateKey", f"{name} must give each key of an object once, got {key!r} twice{line}"
    )


def _too_deep(name: str) -> TemplateError:
    return TemplateError("TemplateTooDeep", f"{name} must nest at most {MAX_DEPTH} levels, got more")


def _check_depth(tree: Tree, name: str) -> None:
    level = list(_containers([tree]))
    for _ in range(MAX_DEPTH):
        if not level:
            return
        level = [inner for outer in level for inner in _containers(outer)]
    if level:
        raise _too_deep(name)


def _containers(values: dict[str, Tree] | list[Tree]) -> Iterator[Tree]:
    members = values.values() if isinstance(values, dict) else values
    return (member for member in members if isinstance(member, (dict, list)))


def _parse_yaml(text: str, name: str) -> Tree:
    try:
        import yaml
    except ImportError:
        raise TemplateError(
            "MissingExtra",
            f"{name} must be JSON here, got YAML",
            remedy="pip install 'cdk-elasticache[local]' to read YAML",
        ) from None
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return _YamlBuilder(name).build(yaml.parse(text, Loader=loader))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f" in line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "characters that YAML does not allow"
        raise TemplateError("InvalidTemplateText", f"{name} must be YAML, got: {problem}{line}") from None
    except RecursionError:
        raise _too_deep(name) from None


class _Open:
    """A list or object whose end has not been seen yet."""

    def __init__(self, value: dict[str, Tree] | list[Tree], tag: str | None) -> None:
        self.value = value
        self.tag = tag
        self.key: str | None = None  # of an object: the key that waits for its value


class _YamlBuilder:
    """Builds the tree from the parser's events, on a stack of its own: no nesting can exhaust Python's.

    Working below PyYAML's constructors keeps each rule here: what is refused, and what stays text.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._open: list[_Open] = []
        self._documents: list[Tree] = []

    def build(self, events: Iterator[Any]) -> Tree:
        for event in events:
            handle = getattr(self, "_on_" + type(event).__name__, None)
            if handle:
                handle(event)
        if len(self._documents) != 1:
            raise self._refuse(f"hold one document, got {len(self._documents)}")
        return self._documents[0]

    def _refuse(self, rule: str, event: Any = None) -> TemplateError:
        line = f" in line {event.start_mark.line + 1}" if event else ""
        return TemplateError("InvalidTemplateText", f"{self._name} must {rule}{line}")

    def _on_AliasEvent(self, event: Any) -> None:  # noqa: N802 - named after PyYAML's event, as its own code does
        raise self._refuse("be YAML without aliases, as CloudFormation reads it, got one", event)

    def _on_MappingStartEvent(self, event: Any) -> None:  # noqa: N802
        self._start({}, event)

    def _on_SequenceStartEvent(self, event: Any) -> None:  # noqa: N802
        self._start([], event)

    def _on_MappingEndEvent(self, event: Any) -> None:  # noqa: N802
        self._end(event)

    def _on_SequenceEndEvent(self, event: Any) -> None:  # noqa: N802
        self._end(event)

    def _on_ScalarEvent(self, event: Any) -> None:  # noqa: N802
        top = self._open[-1] if self._open else None
        if top is not None and isinstance(top.value, dict) and top.key is None:
            self._take_key(top, event)
        else:
            self._take(self._scalar(event), event)

    def _start(self, value: dict[str, Tree] | list[Tree], event: Any) -> None:
        top = self._open[-1] if self._open else None
        if top is not None and isinstance(top.value, dict) and top.key is None:
            raise self._refuse("use text for the keys of an object, got a list or object", event)
        if len(self._open) >= MAX_DEPTH:
            raise _too_deep(self._name)
        self._open.append(_Open(value, event.tag))

    def _end(self, event: Any) -> None:
        done = self._open.pop()
        self._take(self._tagged(done.value, done.tag, event), event)

    def _take_key(self, top: _Open, event: Any) -> None:
        # Keys are text, whatever they look like: an account id in a mapping keeps its leading zero.
        key = event.value
        if key == "<<" and event.implicit[0]:
            raise self._refuse("be YAML without merge keys, as CloudFormation reads it, got <<", event)
        if key in top.value:
            raise _duplicate(self._name, key, f" in line {event.start_mark.line + 1}")
        top.key = key

    def _take(self, value: Tree, _event: Any) -> None:
        if not self._open:
            self._documents.append(value)
            return
        top = self._open[-1]
        if isinstance(top.value, list):
            top.value.append(value)
        else:
            assert top.key is not None
            top.value[top.key] = value
            top.key = None

    def _scalar(self, event: Any) -> Tree:
        if event.tag is None and event.implicit[0]:
            return plain_scalar(event.value)
        return self._tagged(event.value, event.tag, event)

    def _tagged(self, value: Tree, tag: str | None, event: Any) -> Tree:
        if tag is None or tag == "!":
            return value
        if tag.startswith(_STANDARD):
            return self._standard(value, tag.removeprefix(_STANDARD), event)
        if tag not in SHORT_FORMS:
            raise self._refuse(f"use the short forms that CloudFormation has, got {tag}", event)
        if tag == "!GetAtt" and isinstance(value, str):
            value = value.split(".", 1)
        return {SHORT_FORMS[tag]: value}

    def _standard(self, value: Tree, tag: str, event: Any) -> Tree:
        if tag in ("str", "map", "seq"):
            return value
        if tag in ("int", "float", "bool", "null") and isinstance(value, str):
            return plain_scalar(value)
        raise self._refuse(f"be YAML that CloudFormation reads, got the tag !!{tag}", event)


def plain_scalar(text: str) -> Tree:
    """The value of an unquoted YAML word: nothing, a boolean, a decimal number, or else the text itself."""
    if text in ("", "~", "null", "Null", "NULL"):
        return None
    if text in (text.lower(), text.title(), text.upper()) and text.lower() in _BOOLEANS:
        return _BOOLEANS[text.lower()]
    digits = text[1:] if text[0] in "+-" else text
    whole, point, fraction = digits.partition(".")
    if not _is_decimal(whole) or (fraction and not _are_digits(fraction)) or len(digits) > 300:
        return text
    return float(text) if point else int(text)


def _are_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _is_decimal(text: str) -> bool:
    return _are_digits(text) and (text == "0" or text[0] != "0")
