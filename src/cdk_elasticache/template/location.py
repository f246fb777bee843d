"""Location in a template a value stands: what makes an error point at its cause."""

from collections.abc import Iterable
from itertools import islice
from typing import NamedTuple

from ..errors import TemplateError
from .parse import Tree, kind

#: Characters of an expression that a message shows.
_SHOWN = 200
#: Characters of a path, and of a name that is compared with others.
_LONGEST = 1_000
#: Names that are looked at for one like a wrong one, and those of them that are compared with it.
_LOOKED_AT, _COMPARED = 2_000, 100


class Location(NamedTuple):
    """A place in a template.

    :param owner: construct path of the resource, else ``Stack.LogicalId``.
    :param path: way to the value within it, such as ``Properties.SubnetIds[0]``.
    :param secret: whether what stands here must never be shown.
    """

    owner: str
    path: str = ""
    secret: bool = False

    def key(self, name: str) -> "Location":
        """The member ``name`` of the object here."""
        return self._at(f"{self.path}.{name}" if self.path else name)

    def item(self, index: int) -> "Location":
        """The item ``index``, from 0, of the list here."""
        return self._at(f"{self.path}[{index}]")

    def through(self, name: str) -> "Location":
        """Another part of the template that the value here refers to, such as ``Conditions.IsProd``."""
        return self._at(f"{self.path} > {name}" if self.path else name)

    def _at(self, path: str) -> "Location":
        # Each part of a path is copied for all that is within it, so a long one costs a square of its length.
        return self._replace(path=path if len(path) <= _LONGEST else f"…{path[1 - _LONGEST :]}")

    def hidden(self) -> "Location":
        """The same place, its contents a secret."""
        return self._replace(secret=True)

    def refuse(self, code: str, rule: str, got: Tree, remedy: str = "") -> TemplateError:
        """Make the error of a value that can't be read, to be raised by the caller.

        :param got: the expression as the template has it, or a :class:`Literal` phrase.
        """
        shown = got if isinstance(got, Literal) else self.show(got)
        message = f"{self.path or self.owner} must {rule}, got {shown}"
        value = shown if self.secret else got
        return TemplateError(
            code, message, remedy=remedy, parameter=self.path, value=value, construct_path=self.owner
        )

    def null(self) -> TemplateError:
        """Make the error of a null: ``'null' values are not allowed in templates``, as CloudFormation has it."""
        return self.refuse("NullValue", "not be null", Literal("null"), "leave it out, or give it a value")

    def show(self, expression: Tree) -> str:
        """An expression as JSON, cut to a readable length; of a secret only what kind of thing it is."""
        if self.secret:
            return _outline(expression)
        import json

        text = json.dumps(expression, default=repr)
        return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def nearest(word: str, words: Iterable[str]) -> str:
    """A remedy that names the word most like ``word``; ``""`` where none is like it."""
    from difflib import get_close_matches

    if len(word) > _LONGEST:
        return ""
    # Comparing takes long, and a template may hold many wrong names: only those of a like length are looked at.
    like = (known for known in islice(words, _LOOKED_AT) if abs(len(known) - len(word)) <= 3)
    known = {known.lower(): known for known in islice(like, _COMPARED)}
    close = get_close_matches(word.lower(), known, n=1)
    return f"did you mean {known[close[0]]}?" if close else ""


class Literal(str):
    """A phrase that stands in a message as it is, in place of an expression."""

    __slots__ = ()


def _outline(expression: Tree) -> str:
    if isinstance(expression, dict) and len(expression) == 1:
        return f"{next(iter(expression))} (contents hidden)"
    return f"{kind(expression)} (contents hidden)"
