"""Properties of a resource, each resolved when it is read, and turned into the type that is wanted."""

from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

from ..errors import ElastiCacheError, TemplateError
from . import functions
from .dynamic_references import Confidential, DynamicReference, UnknownReferenceError, fill
from .environment import NO_VALUE, Environment, as_text
from .inputs import LACKING
from .location import Literal, Location
from .parse import Tree, parse_json
from .placeholders import Placeholder, PlaceholderNumber, stand_in

T = TypeVar("T")
U = TypeVar("U")

#: Takes an error of a property, for the reading to go on without it. Or raises it.
Report = Callable[[ElastiCacheError], None]

#: Stands for a value that was refused or that nobody gave, so that no rule speaks of it again.
_REFUSED = Placeholder("unknown")


def raise_error(error: ElastiCacheError) -> None:
    """Stop at the first error."""
    raise error


class Properties:
    """An object of the template, read member by member. ``None`` where a member is absent or comes to nothing.

    Text and numbers are interchangeable, as CloudFormation has them: ``"5"`` serves as a number, 5 as a text. What only
    a deployment knows is a placeholder, and told to the environment.
    """

    __slots__ = ("_environment", "_location", "_refused", "_report", "_tree")

    def __init__(
        self,
        environment: Environment,
        tree: Mapping[str, Tree],
        location: Location,
        report: Report = raise_error,
    ) -> None:
        self._environment = environment
        self._tree = tree
        self._location = location
        self._report = report
        self._refused: set[str] = set()

    def __contains__(self, name: str) -> bool:
        return name in self._tree

    def __iter__(self) -> Iterator[str]:
        return iter(self._tree)

    def location(self, name: str) -> Location:
        """The place of a member."""
        return self._location.key(name)

    def raw(self, name: str) -> Tree:
        """What the template has, unresolved."""
        return self._tree.get(name)

    def value(self, name: str) -> Tree:
        """The resolved value, dynamic references still in it."""
        return self._attempt(name, lambda: self._value(name), None)

    def tree(self, name: str) -> Tree:
        """The resolved value, whatever it is."""
        return self._attempt(name, lambda: self._answered(name), None)

    def text(self, name: str) -> str | None:
        """A text, or a number or boolean as text."""
        return self._attempt(name, lambda: self._text(name), _REFUSED)

    def required(self, name: str) -> str:
        """A text that has to be there."""
        return self._attempt(name, lambda: self._required(name), _REFUSED)

    def number(self, name: str) -> float | None:
        """A number; whole ones come as ``int``."""
        return self._attempt(name, lambda: self._number(name), PlaceholderNumber(1))

    def flag(self, name: str) -> bool:
        """A boolean; False where it is absent or not known."""
        return self._attempt(name, lambda: self._flag(name), False)

    def texts(self, name: str) -> tuple[str, ...] | None:
        """A list of texts; one placeholder where nobody knows which."""
        return self._attempt(name, lambda: self._texts(name), (_REFUSED,))

    def arns(self, name: str) -> tuple[str, ...]:
        """A list of ARNs, or a lone one. What the caller doesn't give is a made-up one."""
        return self._attempt(name, lambda: self._arns(name), ())

    def secret(self, name: str) -> Confidential | None:
        """A text that may hold secrets: never shown, its dynamic references left in it."""
        return self._attempt(name, lambda: self.hidden()._secret(name), None)

    def secrets(self, name: str) -> tuple[Confidential, ...] | None:
        """A list of texts that may hold secrets."""
        return self._attempt(name, lambda: self.hidden()._secrets(name), None)

    def object(self, name: str, *, json: bool = False) -> "Properties | None":
        """An object, its members unresolved until they are read.

        :param json: take its JSON text in its place, as IAM does. Default: refuse it.
        """
        return self._attempt(name, lambda: self._object(name, json=json), None)

    def objects(self, name: str, *, lone: bool = False) -> list["Properties"]:
        """A list of objects, each unresolved until it is read.

        :param lone: take an object in the place of a list of one, as IAM does. Default: refuse it.
        """
        return self._attempt(name, lambda: list(self._objects(name, lone=lone)), [])

    def hidden(self) -> "Properties":
        """The same object, whose errors show none of its contents."""
        return Properties(self._environment, self._tree, self._location.hidden(), self._report)

    def unused(self) -> "Properties":
        """The same object, for members that nothing depends on here: what they lack, nobody has to give."""
        if self._environment.guess:
            return self
        report = self._report

        def pass_lacking(error: ElastiCacheError) -> None:
            if error.code not in LACKING:
                report(error)

        return Properties(self._environment, self._tree, self._location, pass_lacking)

    def unknown(self, name: str) -> bool:
        """Whether a member has a value that no rule may speak of: only a deployment knows it, or it was refused."""
        if name in self._refused:
            return True
        value = self._attempt(name, lambda: self._opened(self._tree.get(name), self.location(name)), None)
        if not isinstance(value, str):
            return name in self._refused
        answered = self._attempt(name, lambda: _answered(self._environment, value, self.location(name)), None)
        return name in self._refused or self._is_guessed(answered)

    def _attempt(self, name: str, read: Callable[[], T], instead: U) -> T | U:
        """Read a member; where that fails, tell it once and go on with another value."""
        try:
            return read()
        except ElastiCacheError as error:
            if name not in self._refused:
                self._refused.add(name)
                self._report(error)
            return instead

    def _resolved(self, tree: Tree, location: Location) -> Tree:
        return functions.resolve(self._environment, tree, location)

    def _value(self, name: str) -> Tree:
        found = self._resolved(self._tree.get(name), self.location(name))
        return None if found is NO_VALUE else found

    def _answered(self, name: str) -> Tree:
        location = self.location(name)
        value = _answered(self._environment, self._value(name), location)
        for index, item in enumerate(value if isinstance(value, list) else ()):
            self._note(item, location.item(index))
        self._note(value, location)
        return value

    def _note(self, value: Tree, location: Location) -> None:
        if isinstance(value, Placeholder) and value.reason:
            self._environment.not_known(location, value.reason)

    def _text(self, name: str) -> str | None:
        value = self._answered(name)
        return None if value is None else as_text(value, self.location(name), self._tree[name])

    def _required(self, name: str) -> str:
        value = self._text(name)
        if value is None and name in self._tree and self._tree[name] is None:
            raise self.location(name).null()
        if value is None:
            raise self.location(name).refuse(
                "MissingProperty", "be given", self._tree.get(name, Literal("nothing"))
            )
        return value

    def _number(self, name: str) -> float | None:
        value = self._text(name)
        if value is None:
            return None
        if self._is_guessed(value):
            return PlaceholderNumber(1)
        try:
            number = float(value.replace("_", "?"))  # which Python would take
            return int(number) if number == int(number) else number
        except (ValueError, OverflowError):
            raise self.location(name).refuse("InvalidValue", "be a number", self._tree[name]) from None

    def _flag(self, name: str) -> bool:
        value = self._text(name)
        if value is None or self._is_guessed(value):
            return False
        if value.lower() not in ("true", "false"):
            raise self.location(name).refuse("InvalidValue", "be true or false", self._tree[name])
        return value.lower() == "true"

    def _texts(self, name: str) -> tuple[str, ...] | None:
        location = self.location(name)
        items = self._list(self._answered(name), location, name)
        if items is None:
            return None
        return tuple(as_text(item, location.item(index), item) for index, item in enumerate(items))

    def _arns(self, name: str) -> tuple[str, ...]:
        location = self.location(name)
        found = self._import_or(self._opened, self._tree.get(name), location)
        items = found if isinstance(found, list) else [] if found is None else [found]
        resolved = [self._import_or(self._resolved, item, location.item(n)) for n, item in enumerate(items)]
        return tuple(
            as_text(_answered(self._environment, item, location), location.item(n), items[n])
            for n, item in enumerate(resolved)
            if item is not NO_VALUE
        )

    @staticmethod
    def _import_or(read: Callable[[Tree, Location], Tree], tree: Tree, location: Location) -> Tree:
        try:
            return read(tree, location)
        except TemplateError as error:
            if error.code not in LACKING:
                raise
            return Placeholder(f"what {location.show(tree)} would be")

    def _secret(self, name: str) -> Confidential | None:
        value = self._value(name)
        return None if value is None else self._confidential(value, self.location(name))

    def _secrets(self, name: str) -> tuple[Confidential, ...] | None:
        location = self.location(name)
        items = self._list(self._value(name), location, name)
        if items is None:
            return None
        return tuple(self._confidential(item, location.item(index)) for index, item in enumerate(items))

    def _confidential(self, value: Tree, location: Location) -> Confidential:
        text = as_text(value, location, value)
        self._note(text, location)
        found = Confidential(text)
        for reference in found.references:
            self._note(self._environment.lookup(reference), location)
        return found

    def _object(self, name: str, *, json: bool) -> "Properties | None":
        location = self.location(name)
        tree = self._opened(self._tree.get(name), location)
        if tree is None or self._is_guessed(tree):
            self._note(tree, location)
            return None
        if json and isinstance(tree, str):
            tree = parse_json(tree, location.path)
        if not isinstance(tree, dict):
            raise location.refuse("InvalidValue", "be an object", tree)
        functions.refuse_stray(tree, location)
        return Properties(self._environment, tree, location, self._report)

    def _objects(self, name: str, *, lone: bool) -> Iterator["Properties"]:
        location = self.location(name)
        found = self._opened(self._tree.get(name), location)
        items = [found] if lone and isinstance(found, dict) else self._list(found, location, name)
        for index, item in enumerate(items or []):
            tree = self._opened(item, location.item(index))
            if tree is None or self._is_guessed(tree):
                self._note(tree, location.item(index))
                continue
            if not isinstance(tree, dict):
                raise location.item(index).refuse("InvalidValue", "be an object", tree)
            functions.refuse_stray(tree, location.item(index))
            yield Properties(self._environment, tree, location.item(index), self._report)

    def _is_guessed(self, value: Tree) -> bool:
        return isinstance(value, Placeholder) and self._environment.guess

    def _opened(self, tree: Tree, location: Location) -> Tree:
        """What a value is at its top: its function evaluated, an object's members and a list's items not yet."""
        while isinstance(tree, dict) and len(tree) == 1 and "Fn::If" in tree:
            argument = tree["Fn::If"]
            if not isinstance(argument, list) or len(argument) != 3:
                break
            holds = self._environment.condition(argument[0], location)
            if holds is None:
                return stand_in(f"condition {argument[0]} can't be decided", location.owner, location.path)
            tree = argument[1 if holds else 2]
        if isinstance(tree, dict) and functions.named(tree):
            tree = self._resolved(tree, location)
        return None if tree is NO_VALUE else tree

    def _list(self, value: Tree, location: Location, name: str) -> list[Tree] | None:
        if value is None or isinstance(value, list):
            return value
        if self._is_guessed(value):
            self._note(value, location)
            return [value]
        raise location.refuse("InvalidValue", "be a list", self._tree[name])


def _answered(environment: Environment, value: Tree, location: Location) -> Tree:
    """Put local values in the place of the dynamic references within a resolved ``value``."""
    if isinstance(value, str) and "{{resolve:" in value:
        try:
            return fill(value, environment.lookup)
        except UnknownReferenceError as error:
            raise _unanswered(error.reference, location) from None
    if isinstance(value, list):
        return [_answered(environment, item, location.item(index)) for index, item in enumerate(value)]
    if isinstance(value, dict):
        return {name: _answered(environment, item, location.key(name)) for name, item in value.items()}
    return value


def _unanswered(reference: DynamicReference | str, location: Location) -> TemplateError:
    if isinstance(reference, str):
        rule = "hold dynamic references as {{resolve:secretsmanager:…}}, {{resolve:ssm:…}} or {{resolve:ssm-secure:…}}"
        return location.refuse("InvalidDynamicReference", rule, Literal(reference))
    return location.refuse(
        "UnresolvedDynamicReference",
        "have a local value for each dynamic reference",
        Literal(f"none for {reference}"),
        f"set one with: cdk-elasticache secret set {reference.id}",
    )
