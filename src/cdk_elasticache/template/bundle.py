"""What was read from a source, before anything in it is resolved: stacks and their templates."""

from collections.abc import Mapping
from typing import NamedTuple

from .parse import Tree

#: Location a stack lands that doesn't say: the CLI's defaults.
DEFAULT_REGION, DEFAULT_ACCOUNT = "us-east-1", "000000000000"


class StackTemplate(NamedTuple):
    """A stack that would be deployed.

    :param name: of the stack; of a nested one ``""``, since the parent's template decides.
    :param template: its template, as :func:`.text.parse` gives it.
    :param region: where it would go.
    :param account: to whom, 12 digits.
    :param parameters: values that the cloud assembly gives.
    :param nested: templates of its ``AWS::CloudFormation::Stack`` resources, by logical id.
    :param display_name: what the CDK calls it, with its stage; ``""`` outside of an assembly.
    :param depends_on: names of the stacks that have to be there before it.
    :param tags: of the stack, which its resources get too.
    """

    name: str
    template: Mapping[str, Tree]
    region: str = DEFAULT_REGION
    account: str = DEFAULT_ACCOUNT
    parameters: Mapping[str, Tree] = {}
    nested: Mapping[str, "StackTemplate"] = {}
    depends_on: tuple[str, ...] = ()
    display_name: str = ""
    tags: Mapping[str, str] = {}


class Bundle(NamedTuple):
    """All the stacks of one source.

    :param stacks: in the order of the source, nested ones within their parents.
    :param notes: what the user should know about the reading, a line each.
    """

    stacks: tuple[StackTemplate, ...]
    notes: tuple[str, ...] = ()


class Target(NamedTuple):
    """Location stacks go that don't say.

    :param region: Default: the assembly's own, else ``us-east-1``.
    :param account: Default: the assembly's own, else ``000000000000``.
    """

    region: str | None = None
    account: str | None = None
