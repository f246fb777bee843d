"""Policies: JSON in, statements out, or an error that says where the JSON is wrong.

Grammar: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html. ``Principal`` has no
place in the policy of an identity: "Policy document should not specify a principal", says IAM.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ...errors import ValidationError
from .condition import Condition, find_operator

#: The version from which on there are policy variables.
_WITH_VARIABLES = "2012-10-17"
_VERSIONS = ("2008-10-17", _WITH_VARIABLES)
_ELEMENTS = ("Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition")
#: A JSON object, its values unread.
_Object = Mapping[str, Any]


class Statement(NamedTuple):
    """One statement.

    :param label: how to speak of it: ``Sid 'Connect' of the policy 'shop'`` or ``Statement[0] of ...``.
    :param actions: in lower case: actions have no case.
    :param except_actions: whether these are the actions it is not about, as for ``except_resources``.
    :param variables: whether ``${...}`` in it is a policy variable.
    """

    label: str
    allows: bool
    actions: tuple[str, ...]
    except_actions: bool
    resources: tuple[str, ...]
    except_resources: bool
    conditions: tuple[Condition, ...]
    variables: bool


class Policy(NamedTuple):
    """A policy: an identity's own, a managed one, or a permissions boundary."""

    name: str
    statements: tuple[Statement, ...]


class _Place(NamedTuple):
    """Where in a document we are reading, so that an error can say it."""

    policy: str
    path: str = ""

    def at(self, name: str) -> "_Place":
        return _Place(self.policy, f"{self.path}.{name}" if self.path else name)

    def malformed(self, rule: str, got: object) -> ValidationError:
        name = self.path or "policy_document"
        return ValidationError(
            "MalformedPolicyDocument",
            f"{name} must {rule} in the policy {self.policy!r}, got {repr(got)[:100]}",
            parameter=name,
            value=got,
        )


def read_policy(name: str, document: object) -> Policy:
    """Read a policy document, as ``json.loads`` gives it.

    :param name: of the policy, for words about it.
    :raises ValidationError: ``MalformedPolicyDocument``, with the path of the mistake.
    """
    place = _Place(name)
    own = _object(place, document, ("Version", "Id", "Statement"))
    version = own.get("Version", _VERSIONS[0])
    if version not in _VERSIONS:
        raise place.at("Version").malformed(f"be {' or '.join(_VERSIONS)}", version)
    given = own.get("Statement")
    if isinstance(given, Mapping):
        places, statements = [place.at("Statement")], [given]
    elif isinstance(given, list | tuple):
        places, statements = [place.at(f"Statement[{index}]") for index in range(len(given))], list(given)
    else:
        raise place.at("Statement").malformed("be a statement or a list of them", given)
    variables = version == _WITH_VARIABLES
    read = (_statement(at, one, variables) for at, one in zip(places, statements, strict=True))
    return Policy(name, tuple(read))


def _statement(place: _Place, given: object, variables: bool) -> Statement:
    own = _object(place, given, _ELEMENTS)
    effect, sid = own.get("Effect"), own.get("Sid", "")
    if effect not in ("Allow", "Deny"):
        raise place.at("Effect").malformed("be Allow or Deny", effect)
    if not isinstance(sid, str):
        raise place.at("Sid").malformed("be text", sid)
    actions, except_actions = _one_of(place, own, "Action", "NotAction")
    resources, except_resources = _one_of(place, own, "Resource", "NotResource")
    for action in actions:
        if action != "*" and ":" not in action:
            raise place.at("NotAction" if except_actions else "Action").malformed(
                "name a service before a colon", action
            )
    return Statement(
        label=f"{f'Sid {sid!r}' if sid else place.path} of the policy {place.policy!r}",
        allows=effect == "Allow",
        actions=tuple(action.lower() for action in actions),
        except_actions=except_actions,
        resources=resources,
        except_resources=except_resources,
        conditions=tuple(_conditions(place.at("Condition"), own.get("Condition", {}))),
        variables=variables,
    )


def _one_of(place: _Place, own: _Object, name: str, other: str) -> tuple[tuple[str, ...], bool]:
    """The texts of the one of two elements that is there, and whether it is the other."""
    if (name in own) is (other in own):
        got = [element for element in (name, other) if element in own]
        raise place.malformed(f"hold either {name} or {other}", got)
    found = other if other in own else name
    texts = _listed(own[found])
    if not texts or not all(isinstance(text, str) and text for text in texts):
        raise place.at(found).malformed("be text or a list of texts", own[found])
    return tuple(texts), found == other


def _conditions(place: _Place, given: object) -> Iterator[Condition]:
    for words, block in _object(place, given).items():
        for key, values in _object(place.at(words), block).items():
            yield _condition(place.at(words), words, key, values)


def _condition(place: _Place, words: str, key: str, given: object) -> Condition:
    try:
        operator, quantifier, if_exists = find_operator(words)
    except KeyError:
        raise place.malformed("be a condition operator", words) from None
    values = tuple(_value(place.at(key), one) for one in _listed(given))
    return Condition(words, key, values, operator, quantifier, if_exists)


def _value(place: _Place, given: object) -> str:
    """A value of a condition as text: JSON's true and 1 stand for their words."""
    if isinstance(given, bool):
        return str(given).lower()
    if not isinstance(given, str | int | float):
        raise place.malformed("be text, a number, true or false, or a list of these", given)
    return str(given)


def _object(place: _Place, given: object, known: Collection[str] | None = None) -> _Object:
    """An object, with these names at most; ``None``: any."""
    if not isinstance(given, Mapping) or not all(isinstance(name, str) for name in given):
        raise place.malformed("be an object", given)
    for name in given:
        if known is not None and name not in known:
            raise place.at(name).malformed("not be there", given[name])
    return given


def _listed(given: Any) -> Sequence[Any]:
    return given if isinstance(given, list | tuple) else [given]
