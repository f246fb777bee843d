"""Properties of a resource, each resolved when it is read, and turned into the type that is wanted."""

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from ..errors import TemplateError
from . import functions
from .references import Confidential
from .stand_in import StandIn
from .text import Tree, parse_json
from .where import Where

if TYPE_CHECKING:
    from .stack import Stack


class Properties:
    """An object of the template, read member by member. ``None`` where a member is absent or comes to nothing.

    Text and numbers are interchangeable, as CloudFormation has them: ``"5"`` serves as a number, 5 as a text.
    """

    __slots__ = ("_stack", "_tree", "_where")

    def __init__(self, stack: "Stack", tree: Mapping[str, Tree], where: Where) -> None:
        self._stack = stack
        self._tree = tree
        self._where = where

    def __contains__(self, name: str) -> bool:
        return name in self._tree

    def __iter__(self) -> Iterator[str]:
        return iter(self._tree)

    def where(self, name: str) -> Where:
        """The place of a member."""
        return self._where.key(name)

    def raw(self, name: str) -> Tree:
        """What the template has, unresolved."""
        return self._tree.get(name)

    def value(self, name: str) -> Tree:
        """The resolved value, dynamic references still in it."""
        found = self._stack.resolve(self._tree.get(name), self.where(name))
        return None if found is functions.NO_VALUE else found

    def tree(self, name: str) -> Tree:
        """The resolved value, whatever it is."""
        return self._stack.answered(self.value(name), self.where(name))

    def text(self, name: str) -> str | None:
        """A text, or a number or boolean as text."""
        value = self.tree(name)
        return None if value is None else functions.text(value, self.where(name), self._tree[name])

    def required(self, name: str) -> str:
        """A text that has to be there."""
        value = self.text(name)
        if value is None:
            raise self.where(name).refuse("MissingProperty", "be given", self._tree.get(name))
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
            raise self.where(name).refuse("InvalidValue", "be a number", self._tree[name]) from None

    def flag(self, name: str) -> bool:
        """A boolean; False where it is absent or guessed."""
        value = self.text(name)
        if value is None or self._is_guessed(value):
            return False
        if value.lower() not in ("true", "false"):
            raise self.where(name).refuse("InvalidValue", "be true or false", self._tree[name])
        return value.lower() == "true"

    def texts(self, name: str) -> tuple[str, ...] | None:
        """A list of texts."""
        where = self.where(name)
        items = self._list(self.tree(name), where, name)
        if items is None:
            return None
        return tuple(functions.text(item, where.item(index), item) for index, item in enumerate(items))

    def arns(self, name: str) -> tuple[str, ...]:
        """A list of ARNs, or a lone one. What only a stack beyond the source exports is a made-up one."""
        where = self.where(name)
        found = self._import_or(self._opened, self._tree.get(name), where)
        items = found if isinstance(found, list) else [] if found is None else [found]
        resolved = [self._import_or(self._stack.resolve, item, where.item(n)) for n, item in enumerate(items)]
        return tuple(
            functions.text(self._stack.answered(item, where), where.item(n), items[n])
            for n, item in enumerate(resolved)
            if item is not functions.NO_VALUE
        )

    @staticmethod
    def _import_or(read: Callable[[Tree, Where], Tree], tree: Tree, where: Where) -> Tree:
        try:
            return read(tree, where)
        except TemplateError as error:
            if error.code != "UnresolvedImport":
                raise
            return StandIn(f"what {where.show(tree)} would be")

    def hidden(self) -> "Properties":
        """The same object, whose errors show none of its contents."""
        return Properties(self._stack, self._tree, self._where.hidden())

    def secret(self, name: str) -> Confidential | None:
        """A text that may hold secrets: never shown, its dynamic references left in it."""
        hidden = self.hidden()
        value = hidden.value(name)
        return None if value is None else Confidential(functions.text(value, hidden.where(name), value))

    def secrets(self, name: str) -> tuple[Confidential, ...] | None:
        """A list of texts that may hold secrets."""
        hidden = self.hidden()
        where = hidden.where(name)
        items = self._list(hidden.value(name), where, name)
        if items is None:
            return None
        return tuple(
            Confidential(functions.text(item, where.item(index), item)) for index, item in enumerate(items)
        )

    def object(self, name: str, *, json: bool = False) -> "Properties | None":
        """An object, its members unresolved until they are read.

        :param json: take its JSON text in its place, as IAM does. Default: refuse it.
        """
        where = self.where(name)
        tree = self._opened(self._tree.get(name), where)
        if tree is None or self._is_guessed(tree):
            return None
        if json and isinstance(tree, str):
            tree = parse_json(tree, where.path)
        if not isinstance(tree, dict):
            raise where.refuse("InvalidValue", "be an object", tree)
        functions.refuse_stray(tree, where)
        return Properties(self._stack, tree, where)

    def objects(self, name: str, *, lone: bool = False) -> Iterator["Properties"]:
        """A list of objects, each unresolved until it is read.

        :param lone: take an object in the place of a list of one, as IAM does. Default: refuse it.
        """
        where = self.where(name)
        found = self._opened(self._tree.get(name), where)
        items = [found] if lone and isinstance(found, dict) else self._list(found, where, name)
        for index, item in enumerate(items or []):
            tree = self._opened(item, where.item(index))
            if tree is None or self._is_guessed(tree):
                continue
            if not isinstance(tree, dict):
                raise where.item(index).refuse("InvalidValue", "be an object", tree)
            functions.refuse_stray(tree, where.item(index))
            yield Properties(self._stack, tree, where.item(index))

    def _is_guessed(self, value: Tree) -> bool:
        return isinstance(value, StandIn) and self._stack.stacks.inputs.guess

    def guessed(self, name: str) -> bool:
        """Whether a member is made up for want of a deployment, so that no rule applies to it."""
        value = self._opened(self._tree.get(name), self.where(name))
        return isinstance(value, str) and self._is_guessed(self._stack.answered(value, self.where(name)))

    def _opened(self, tree: Tree, where: Where) -> Tree:
        """What a value is at its top: its function evaluated, an object's members and a list's items not yet."""
        while isinstance(tree, dict) and len(tree) == 1 and "Fn::If" in tree:
            argument = tree["Fn::If"]
            if not isinstance(argument, list) or len(argument) != 3:
                break
            tree = argument[1 if self._stack.condition(argument[0], where) else 2]
        if isinstance(tree, dict) and functions.named(tree):
            tree = self._stack.resolve(tree, where)
        return None if tree is functions.NO_VALUE else tree

    def _list(self, value: Tree, where: Where, name: str) -> list[Tree] | None:
        if value is None or isinstance(value, list):
            return value
        if self._is_guessed(value):
            return None
        raise where.refuse("InvalidValue", "be a list", self._tree[name])
