"""What functions are evaluated in: where names are looked up. A stack is one; a test may have a plainer one."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Protocol

from .dynamic_references import DynamicReference
from .location import Literal, Location
from .parse import Tree

#: What ``AWS::NoValue`` gives: whoever holds it leaves it out.
NO_VALUE = object()


class Environment(Protocol):
    """Answers what functions ask for. Each method raises ``TemplateError`` where there is no answer."""

    @property
    def guess(self) -> bool:
        """Whether placeholders stand for what only a deployment knows, so that no rule applies to them."""

    @property
    def name(self) -> str:
        """The stack's name."""

    @property
    def language_extensions(self) -> bool:
        """Whether the template has the transform ``AWS::LanguageExtensions``."""

    @property
    def mappings(self) -> Mapping[str, Tree]:
        """The section ``Mappings``."""

    def descend(self, location: Location) -> AbstractContextManager[None]:
        """Count an evaluation within another, for as long as the ``with`` lasts."""

    def reference(self, name: str, location: Location) -> Tree:
        """What ``{"Ref": name}`` gives."""

    def attribute(self, name: str, attribute: str, location: Location) -> Tree:
        """What ``{"Fn::GetAtt": [name, attribute]}`` gives."""

    def condition(self, name: Tree, location: Location) -> bool | None:
        """The truth of a condition; ``None`` where only a deployment decides it."""

    def imported(self, name: str, location: Location) -> str:
        """The value that a stack exports under a name."""

    def stack_output(self, stack: str, region: str, output: str, location: Location) -> str:
        """The value of an output of another stack; ``""``: the region of this one."""

    def not_known(self, location: Location, reason: str) -> None:
        """Hear that what stands at ``location`` can't be judged."""

    def spend(self, amount: int, location: Location) -> None:
        """Count characters and items that a function makes: no template may make many times its own length."""

    def lookup(self, reference: DynamicReference) -> str | None:
        """The local value of a dynamic reference."""


def as_text(value: Tree, location: Location, expression: Tree) -> str:
    """A resolved value as the text that CloudFormation makes of it.

    :param expression: what the template has there, for the message.
    :raises TemplateError: ``InvalidValue``.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value)
    got = Literal("nothing") if value is NO_VALUE else expression
    raise location.refuse("InvalidValue", "be a text", got)
