"""Properties of a resource, each resolved when it is read, and turned into the type that is wanted."""

from collections.abc import Callable, Iterator, Mapping

from ..errors import TemplateError
from . import functions
from .dynamic_references import Confidential, DynamicReference, UnknownReferenceError, fill
from .environment import NO_VALUE, Environment, as_text
from .location import Literal, Location
from .parse import Tree, parse_json
from .placeholders import Placeholder


class Properties:
    """An object of the template, read member by member. ``None`` where a member is absent or comes to nothing.

    Text and numbers are interchangeable, as CloudFormation has them: ``"5"`` serves as a number, 5 as a text.
    """

    __slots__ = ("_environment", "_location", "_tree")

    def __init__(self, environment: Environment, tree: Mapping[str, Tree], location: Location) -> None:
        self._environment = environment
        self._tree = tree
        self._location = location

    def __contains__(self, name: str) -> bool:
        return name in self._tree

    def __iter__(self) -> Iterator[str]:
        return iter(self._tree)

    def _resolved(self, tree: Tree, location: Location) -> Tree:
        return functions.resolve(self._environment, tree, location)

    def location(self, name: str) -> Location:
        """The place of a member."""
        return self._location.key(name)

    def raw(self, name: str) -> Tree:
        """What the template has, unresolved."""
        return self._tree.get(name)

    def value(self, name: str) -> Tree:
        """The resolved value, dynamic references still in it."""
        found = self._resolved(self._tree.get(name), self.location(name))
        return None if found is NO_VALUE else found

    def tree(self, name: str) -> Tree:
        """The resolved value, whatever it is."""
        return _answered(self._environment, self.value(name), self.location(name))

    def text(self, name: str) -> str | None:
        """A text, or a number or boolean as text."""
        value = self.tree(name)
        return None if value is None else as_text(value, self.location(name), self._tree[name])

    def required(self, name: str) -> str:
        """A text that has to be there."""
        value = self.text(name)
        if value is None:
            raise self.location(name).refuse("MissingProperty", "be given", self._tree.get(name))
        return value

    def number(self, name: str) -> float | None:
        """A number; whole ones come as ``int``. ``None`` too where it is guessed: only a deployment knows it."""
        value = self.text(name)
        if value is None or self._is_guessed(value):
            return None
        try:
            number = float(value.replace("_", "?"))  # which Python would take
            return int(number) if number == int(number) else number
        except (ValueError, OverflowError):
            raise self.location(name).refuse("InvalidValue", "be a number", self._tree[name]) from None

    def flag(self, name: str) -> bool:
        """A boolean; False where it is absent or guessed."""
        value = self.text(name)
        if value is None or self._is_guessed(value):
            return False
        if value.lower() not in ("true", "false"):
            raise self.location(name).refuse("InvalidValue", "be true or false", self._tree[name])
        return value.lower() == "true"

    def texts(self, name: str) -> tuple[str, ...] | None:
        """A list of texts."""
        location = self.location(name)
        items = self._list(self.tree(name), location, name)
        if items is None:
            return None
        return tuple(as_text(item, location.item(index), item) for index, item in enumerate(items))

    def arns(self, name: str) -> tuple[str, ...]:
        """A list of ARNs, or a lone one. What only a stack beyond the source exports is a made-up one."""
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
            if error.code != "UnresolvedImport":
                raise
            return Placeholder(f"what {location.show(tree)} would be")

    def hidden(self) -> "Properties":
        """The same object, whose errors show none of its contents."""
        return Properties(self._environment, self._tree, self._location.hidden())

    def secret(self, name: str) -> Confidential | None:
        """A text that may hold secrets: never shown, its dynamic references left in it."""
        hidden = self.hidden()
        value = hidden.value(name)
        return None if value is None else Confidential(as_text(value, hidden.location(name), value))

    def secrets(self, name: str) -> tuple[Confidential, ...] | None:
        """A list of texts that may hold secrets."""
        hidden = self.hidden()
        location = hidden.location(name)
        items = self._list(hidden.value(name), location, name)
        if items is None:
            return None
        return tuple(
            Confidential(as_text(item, location.item(index), item)) for index, item in enumerate(items)
        )

    def object(self, name: str, *, json: bool = False) -> "Properties | None":
        """An object, its members unresolved until they are read.

        :param json: take its JSON text in its place, as IAM does. Default: refuse it.
        """
        location = self.location(name)
        tree = self._opened(self._tree.get(name), location)
        if tree is None or self._is_guessed(tree):
            return None
        if json and isinstance(tree, str):
            tree = parse_json(tree, location.path)
        if not isinstance(tree, dict):
            raise location.refuse("InvalidValue", "be an object", tree)
        functions.refuse_stray(tree, location)
        return Properties(self._environment, tree, location)

    def objects(self, name: str, *, lone: bool = False) -> Iterator["Properties"]:
        """A list of objects, each unresolved until it is read.

        :param lone: take an object in the place of a list of one, as IAM does. Default: refuse it.
        """
        location = self.location(name)
        found = self._opened(self._tree.get(name), location)
        items = [found] if lone and isinstance(found, dict) else self._list(found, location, name)
        for index, item in enumerate(items or []):
            tree = self._opened(item, location.item(index))
            if tree is None or self._is_guessed(tree):
                continue
            if not isinstance(tree, dict):
                raise location.item(index).refuse("InvalidValue", "be an object", tree)
            functions.refuse_stray(tree, location.item(index))
            yield Properties(self._environment, tree, location.item(index))

    def _is_guessed(self, value: Tree) -> bool:
        return isinstance(value, Placeholder) and self._environment.guess

    def guessed(self, name: str) -> bool:
        """Whether a member is made up for want of a deployment, so that no rule applies to it."""
        value = self._opened(self._tree.get(name), self.location(name))
        return isinstance(value, str) and self._is_guessed(
            _answered(self._environment, value, self.location(name))
        )

    def _opened(self, tree: Tree, location: Location) -> Tree:
        """What a value is at its top: its function evaluated, an object's members and a list's items not yet."""
        while isinstance(tree, dict) and len(tree) == 1 and "Fn::If" in tree:
            argument = tree["Fn::If"]
            if not isinstance(argument, list) or len(argument) != 3:
                break
            tree = argument[1 if self._environment.condition(argument[0], location) else 2]
        if isinstance(tree, dict) and functions.named(tree):
            tree = self._resolved(tree, location)
        return None if tree is NO_VALUE else tree

    def _list(self, value: Tree, location: Location, name: str) -> list[Tree] | None:
        if value is None or isinstance(value, list):
            return value
        if self._is_guessed(value):
            return None
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
