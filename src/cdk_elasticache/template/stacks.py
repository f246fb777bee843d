"""The stacks of a source, and what crosses from one to another."""

from collections.abc import Iterator
from contextlib import contextmanager

from ..errors import TemplateError
from . import functions, parameters
from .bundle import Bundle
from .declaration import Place
from .declared_secrets import DeclaredSecrets
from .dynamic_references import DynamicReference
from .environment import as_text
from .inputs import Inputs
from .location import Literal, Location
from .parse import Tree
from .placeholders import stand_in
from .resource import Refuse, Resource, pass_over, raise_it
from .stack import Stack

#: Evaluations within one another, through parameters, conditions, outputs and nested stacks alike. Each takes
#: up to seven frames of Python's thousand; real templates stay under 30.
_MAX_DEPTH = 80


#: Characters and items that functions may make in a source. A template has a megabyte at most.
_MAX_MADE = 10_000_000


class Stacks:
    """The stacks of a bundle, and what crosses between them."""

    def __init__(self, bundle: Bundle, inputs: Inputs, refuse: Refuse = raise_it) -> None:
        """:param refuse: takes the error of a stack that can't be read, which is left out. Default: raise it."""
        self.inputs = inputs
        self.made_up: dict[str, str] = {}  #: owner of each made-up value that was used, with its type
        self.not_judged: dict[
            tuple[str, str], str
        ] = {}  #: by owner and path: why nobody could judge what is there
        self.absent: dict[
            str, Tree
        ] = {}  #: nested stacks whose templates aren't at hand, and where those are
        self._asked: set[str] = set()  # names of imports that something asked for
        self._spent = 0
        self._depth = _Depth()
        self.secrets = DeclaredSecrets(self._declared, inputs.keep)
        self.top: list[Stack] = []
        for source in bundle.stacks:
            with _refusing(source.name, refuse):
                self.top.append(Stack(self, source, source.name))
        for stack in list(self.top):  # once all are there, since a loop may ask for what another exports
            self.top.remove(stack)
            with _refusing(stack.name, refuse):
                _ = stack.bodies
                self.top.append(stack)
        if len(self.top) < len(bundle.stacks):
            return  # a parameter may be one of a stack that can't be read
        known = [
            name
            for stack in self.top
            for own in stack.section("Parameters")
            for name in (own, f"{stack.name}:{own}")
        ]
        parameters.refuse_unknown(inputs.parameters, known)

    def descend(self, location: Location) -> "_Depth":
        """Count one evaluation within another, for as long as the ``with`` lasts."""
        if self._depth.levels >= _MAX_DEPTH:
            raise location.refuse("TemplateTooDeep", f"resolve within {_MAX_DEPTH} steps", Literal("more"))
        return self._depth

    def not_known(self, location: Location, reason: str) -> None:
        """Hear that what stands at ``location`` can't be judged."""
        self.not_judged.setdefault((location.owner, location.path), reason)

    def spend(self, amount: int, location: Location) -> None:
        """Count what functions make, for all stacks together: a template that makes far more than it is, is a bomb."""
        self._spent += amount
        if self._spent > _MAX_MADE:
            rule = f"make at most {_MAX_MADE:,} characters and items, all functions together"
            raise location.refuse("TextTooLong", rule, Literal("more"))

    def stack_output(self, stack: str, region: str, output: str, location: Location) -> str:
        """The value of an output of the stack that bears this name in this region."""
        key = f"{stack}.{output}"
        given = self.given(key)
        if given is not None:
            return given
        named = (found for found in self.top if (found.name, found.region) == (stack, region))
        source = next(named, None)
        if source is None and self.inputs.guess:
            return stand_in(f"stack {stack} is none of the source in {region}", stack, region, output)
        if source is None:
            got = {"StackName": stack, "OutputName": output}
            raise location.refuse(
                "UnresolvedImport", f"name a stack of the source in {region}", got, _import_remedy(key)
            )
        return source.output(output, location)

    def carried(self, reader: Resource, name: str, location: Location) -> Tree:
        """A value that the CDK carries to another region: the writer there holds it under the same name."""
        for writer in self._declared("Custom::CrossRegionExportWriter"):
            given = writer.properties.object("WriterProps")
            exports = given.object("exports") if given else None
            if exports and name in exports:
                return exports.tree(name)
        rule = "name what a stack of the source exports to this region"
        raise location.refuse("UnresolvedImport", rule, {"Fn::GetAtt": [reader.logical_id, name]})

    def below(self, stack: Stack, refuse: Refuse) -> Iterator[Stack]:
        """A stack and those nested in it."""
        yield stack
        for resource in stack.resources({"AWS::CloudFormation::Stack"}, refuse):
            if not stack.has_template_of(resource):
                self.absent[resource.location.owner] = resource.properties.raw("TemplateURL")
                continue
            try:
                child = stack.child(resource)
            except TemplateError as error:
                refuse(error, resource.place)
            else:
                yield from self.below(child, refuse)

    def everywhere(self) -> Iterator[Stack]:
        """Every stack that can be read, nested ones included."""
        for stack in self.top:
            yield from self.below(stack, pass_over)

    def _declared(self, type_: str) -> Iterator[Resource]:
        """The resources of a type, in every stack that can be read."""
        for stack in self.everywhere():
            yield from stack.resources({type_}, pass_over)

    def imported(self, name: str, importer: Stack, location: Location) -> str:
        """The value exported under a name in the importer's account and region."""
        given = self.given(name)
        if given is not None:
            return given
        elsewhere: Stack | None = None
        for stack in self.everywhere():
            key = self._exports(stack, location).get(name)
            if key and (stack.account, stack.region) == (importer.account, importer.region):
                return stack.output(key, location)
            elsewhere = stack if key else elsewhere
        got = {"Fn::ImportValue": name}
        if elsewhere:
            remedy = f"stack {elsewhere.name} exports it in {elsewhere.account}/{elsewhere.region}"
            raise location.refuse(
                "UnresolvedImport", "name an export of its own account and region", got, remedy
            )
        if self.inputs.guess:
            return stand_in(f"no stack of the source exports {name}", importer.account, importer.region, name)
        raise location.refuse(
            "UnresolvedImport", "name what a stack of the source exports", got, _import_remedy(name)
        )

    def given(self, name: str) -> str | None:
        """What the caller gives for an import, or for what AWS alone makes; ``None`` where it gives nothing."""
        self._asked.add(name)
        return self.inputs.imports.get(name)

    @property
    def unasked(self) -> list[str]:
        """Names of the imports that the caller gave and nothing asked for."""
        return [name for name in self.inputs.imports if name not in self._asked]

    def _exports(self, stack: Stack, location: Location) -> dict[str, str]:
        return stack.memo.once("exports of", stack.name, location, lambda: dict(self._read_exports(stack)))

    def _read_exports(self, stack: Stack) -> Iterator[tuple[str, str]]:
        for key, body in stack.section("Outputs").items():
            export = body.get("Export") if isinstance(body, dict) else None
            if isinstance(export, dict):
                location = Location(stack.name, f"Outputs.{key}.Export.Name")
                try:
                    yield (
                        as_text(functions.resolve(stack, export.get("Name"), location), location, export),
                        key,
                    )
                except TemplateError:
                    continue  # nobody asked for this one: its trouble is told when somebody does

    def lookup(self, reference: DynamicReference) -> str | None:
        """The local value of a dynamic reference: of a secret that is declared, the caller's, of a parameter."""
        declared = self.secrets.answer
        ways = (
            (declared, self.inputs.lookup)
            if reference.service == "secretsmanager"
            else (self.inputs.lookup, declared)
        )
        value = next((found for way in ways if (found := way(reference)) is not None), None)
        if value is None and self.inputs.guess:
            return stand_in(f"{reference} has no value here", *reference)
        return value


def _import_remedy(name: str) -> str:
    return f"give one with --import {name}=VALUE"


@contextmanager
def _refusing(stack: str, refuse: Refuse) -> Iterator[None]:
    try:
        yield
    except TemplateError as error:
        refuse(error, Place(stack=stack, logical_id=""))


class _Depth:
    """How deep the evaluation is."""

    def __init__(self) -> None:
        self.levels = 0

    def __enter__(self) -> None:
        self.levels += 1

    def __exit__(self, *_: object) -> None:
        self.levels -= 1
