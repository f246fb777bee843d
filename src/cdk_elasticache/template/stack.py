"""A stack that resolves what it is asked for, and nothing else.

It answers for its parameters, conditions, mappings, resources and outputs, each answer worked out once, when first
asked for. What crosses from one stack to another it asks :class:`Surroundings` for. No I/O.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import AbstractContextManager
from itertools import chain
from typing import Protocol

from ..errors import TemplateError
from . import attributes, conditions, functions, loops, parameters
from .bundle import StackTemplate
from .dynamic_references import DynamicReference
from .environment import NO_VALUE, as_text
from .inputs import Inputs
from .location import Literal, Location, nearest
from .memo import Memo
from .parse import Tree, kind
from .placeholders import stand_in, token
from .resource import Refuse, Resource, raise_it

#: Nested stacks within one another; the service's own quota on a hierarchy is far above what is sane.
_MAX_NESTING = 20

_PARTITIONS = (("cn-", "aws-cn", "amazonaws.com.cn"), ("us-gov-", "aws-us-gov", "amazonaws.com"))


class Surroundings(Protocol):
    """What a stack asks the other stacks of its source for."""

    inputs: Inputs
    made_up: dict[str, str]  #: owner of each made-up value that was used, with its type

    def descend(self, location: Location) -> AbstractContextManager[None]:
        """Count an evaluation within another."""

    def imported(self, name: str, importer: "Stack", location: Location) -> str:
        """The value exported under a name in the importer's account and region."""

    def stack_output(self, stack: str, region: str, output: str, location: Location) -> str:
        """The value of an output of a stack."""

    def carried(self, reader: Resource, name: str, location: Location) -> Tree:
        """A value that the CDK carries to another region."""

    def lookup(self, reference: DynamicReference) -> str | None:
        """The local value of a dynamic reference."""

    def given(self, name: str) -> str | None:
        """What the caller gives for an import, or for what AWS alone makes."""

    def not_known(self, location: Location, reason: str) -> None:
        """Hear that what stands at ``location`` can't be judged."""

    def spend(self, amount: int, location: Location) -> None:
        """Count characters and items that a function makes."""


class Stack:
    """One stack, nested or not."""

    def __init__(
        self,
        stacks: Surroundings,
        source: StackTemplate,
        name: str,
        parent: "tuple[Stack, Resource] | None" = None,
    ) -> None:
        self.stacks = stacks
        self.source = source
        self.name = name
        above = parent[0] if parent else None
        self.parent = parent[1] if parent else None
        self.region: str = above.region if above else source.region
        self.account: str = above.account if above else source.account
        self.nesting: int = above.nesting + 1 if above else 0
        self.top_name: str = above.top_name if above else name
        self.guess = stacks.inputs.guess
        self.memo = Memo()
        location = Location(name)
        if self.nesting > _MAX_NESTING:
            raise location.refuse("CircularReference", f"nest at most {_MAX_NESTING} stacks", Literal("more"))
        self.transforms = _transforms(source.template, location)
        for section in ("Conditions", "Mappings", "Outputs", "Parameters", "Resources"):
            _section(source.template, section, location, loops=self.language_extensions)
        if above:
            _ = self.bodies  # the error of a nested template is its parent's

    @property
    def language_extensions(self) -> bool:
        """Whether the template has the transform ``AWS::LanguageExtensions``."""
        return _EXTENSIONS in self.transforms

    @property
    def bodies(self) -> Mapping[str, Tree]:
        """The section ``Resources``; each is an object with a type."""
        return self.memo.once("section", "Resources", Location(self.name), self._bodies)

    def _bodies(self) -> Mapping[str, Tree]:
        bodies = self.section("Resources")
        for logical_id, body in bodies.items():
            if not isinstance(body, dict) or not isinstance(body.get("Type"), str):
                at = Location(self.name, f"Resources.{logical_id}")
                raise at.refuse("InvalidTemplate", "be an object with a Type", Literal(kind(body)))
        return bodies

    @property
    def mappings(self) -> Mapping[str, Tree]:
        """The section ``Mappings``."""
        return self.section("Mappings")

    @property
    def id(self) -> str:
        """The stack's ARN, made up: ``AWS::StackId``."""
        return self._id_of(self.name)

    def _id_of(self, stack: str) -> str:
        return self.arn("cloudformation", f"stack/{stack}/{token(stack, length=32)}")

    @property
    def tags(self) -> Mapping[str, str]:
        """Its tags; a nested stack's are those of the resource that makes it."""
        return self.parent.tags if self.parent else self.source.tags

    @property
    def partition(self) -> str:
        """The partition of its region."""
        return next((name for prefix, name, _ in _PARTITIONS if self.region.startswith(prefix)), "aws")

    @property
    def url_suffix(self) -> str:
        """The domain of its region's endpoints."""
        return next(
            (suffix for prefix, _, suffix in _PARTITIONS if self.region.startswith(prefix)), "amazonaws.com"
        )

    def arn(self, service: str, resource: str, *, region: str | None = None) -> str:
        """An ARN of something in this stack's account; ``region=""`` for a global service."""
        place = self.region if region is None else region
        return f"arn:{self.partition}:{service}:{place}:{self.account}:{resource}"

    def descend(self, location: Location) -> AbstractContextManager[None]:
        """Count an evaluation within another, in whatever stack."""
        return self.stacks.descend(location)

    def reference(self, name: str, location: Location) -> Tree:
        """What ``{"Ref": name}`` gives."""
        if name in PSEUDO_PARAMETERS:
            return PSEUDO_PARAMETERS[name](self)
        if name in self.section("Parameters"):
            return self.memo.once("parameter", name, location, lambda: self._parameter(name, location))
        if reason := self._made_by_aws(name):
            return self._elsewhere(reason, name)
        resource = self.resource(name, location, "Ref")
        return self.memo.once("reference", name, location, lambda: self._reference(resource))

    def attribute(self, name: str, attribute: str, location: Location) -> Tree:
        """What ``{"Fn::GetAtt": [name, attribute]}`` gives."""
        if reason := self._made_by_aws(name):
            return self._elsewhere(reason, f"{name}.{attribute}")
        resource = self.resource(name, location, "Fn::GetAtt")
        return self.memo.once(
            "attribute",
            f"{name}.{attribute}",
            location,
            lambda: self._attribute(resource, attribute, location),
        )

    def _elsewhere(self, reason: str, name: str) -> str:
        """A value of what the template doesn't hold: the caller's, else a placeholder."""
        given = self.stacks.given(name)
        return stand_in(reason, self.name, name) if given is None else given

    def _made_by_aws(self, name: str) -> str:
        """Why a name that the template doesn't have may be one all the same; ``""``: it can't be."""
        if name in self.bodies:
            return ""
        module = next((it for it in self._modules if name.startswith(it)), "")
        if module:
            return f"module {module} is written out by AWS"
        return f"{_SERVERLESS} may make {name}" if _SERVERLESS in self.transforms else ""

    @property
    def _modules(self) -> list[str]:
        """Logical ids of the modules."""
        return self.memo.once(
            "modules",
            "",
            Location(self.name),
            lambda: [it for it, body in self.bodies.items() if body["Type"].endswith("::MODULE")],
        )

    def imported(self, name: str, location: Location) -> str:
        """The value that a stack exports under a name."""
        return self.stacks.imported(name, self, location)

    def stack_output(self, stack: str, region: str, output: str, location: Location) -> str:
        """The value of an output of another stack."""
        return self.stacks.stack_output(stack, region or self.region, output, location)

    def lookup(self, reference: DynamicReference) -> str | None:
        """The local value of a dynamic reference."""
        return self.stacks.lookup(reference)

    def not_known(self, location: Location, reason: str) -> None:
        """Hear that what stands at ``location`` can't be judged."""
        self.stacks.not_known(location, reason)

    def spend(self, amount: int, location: Location) -> None:
        """Count characters and items that a function makes."""
        self.stacks.spend(amount, location)

    def resource(self, logical_id: str, location: Location, function: str) -> Resource:
        """A resource that something refers to; it must be there, and not left out by its condition."""
        body = self.bodies.get(logical_id)
        expression = {function: logical_id}
        if body is None:
            remedy = nearest(logical_id, chain(self.bodies, self.section("Parameters")))
            raise location.refuse(
                "UnresolvedReference", "name what the template declares", expression, remedy
            )
        if self.has(body, location) is False:
            rule = f"name a resource that its condition {body['Condition']} lets be"
            raise location.refuse("UnresolvedReference", rule, expression)
        return Resource(self, logical_id, body)

    def resources(self, types: Collection[str], refuse: Refuse = raise_it) -> Iterator[Resource]:
        """The resources of these types, those apart that their conditions leave out.

        :param refuse: what to do about a condition that has no truth. Default: raise the error.
        """
        for logical_id, body in self.bodies.items():
            if body["Type"] in types:
                resource = Resource(self, logical_id, body)
                try:
                    present = self.has(body, resource.location)
                except TemplateError as error:
                    refuse(error, resource.place)
                    continue
                if present is False:
                    self._left_out(resource)
                else:
                    yield resource if present else resource.conditional()

    def _left_out(self, resource: Resource) -> None:
        condition = resource.body["Condition"]
        self.not_known(resource.location, f"condition {condition} leaves it out")

    def has(self, body: Mapping[str, Tree], location: Location) -> bool | None:
        """Whether the condition of a resource or an output lets it be; ``None`` where only a deployment decides."""
        condition = body.get("Condition")
        return condition is None or self.condition(condition, location.key("Condition"))

    def condition(self, name: Tree, location: Location) -> bool | None:
        """The truth of a condition; ``None`` where only a deployment decides it."""
        named = self.section("Conditions")
        if not isinstance(name, str) or name not in named:
            raise location.refuse("UnresolvedReference", "name a condition of the template", name)
        there = location.through(f"Conditions.{name}")
        return self.memo.once("condition", name, location, lambda: conditions.truth(self, named[name], there))

    def section(self, name: str) -> Mapping[str, Tree]:
        """A section of the template; empty where it has none."""
        section: Mapping[str, Tree] = self.source.template.get(name) or {}
        if not self.language_extensions or name not in _LOOPED:
            return section
        location = Location(self.name, name)
        return self.memo.once("loops of", name, location, lambda: loops.write_out(self, section, location))

    def output(self, name: str, location: Location) -> str:
        """The value of an output, as a parent or another stack sees it."""
        body = self.section("Outputs").get(name)
        if not isinstance(body, dict) or "Value" not in body or self.has(body, location) is False:
            raise location.refuse("UnresolvedReference", f"name an output of stack {self.name}", name)
        own = f"Outputs.{name}"
        there = location.key("Value") if location.path == own else location.through(f"{own}.Value")
        return self.memo.once(
            "output",
            name,
            location,
            lambda: as_text(functions.resolve(self, body["Value"], there), there, body["Value"]),
        )

    def has_template_of(self, resource: Resource) -> bool:
        """Whether the template of a nested stack is at hand."""
        return resource.logical_id in self.source.nested

    def child(self, resource: Resource) -> "Stack":
        """The stack that an ``AWS::CloudFormation::Stack`` of this one makes."""
        location = resource.location
        return self.memo.once(
            "nested stack", resource.logical_id, location, lambda: self._child(resource, location)
        )

    def _child(self, resource: Resource, location: Location) -> "Stack":
        source = self.source.nested[resource.logical_id]
        return Stack(self.stacks, source, attributes.generated_name(resource), (self, resource))

    def _parameter(self, name: str, location: Location) -> str | list[str]:
        declared = self.section("Parameters")[name]
        return parameters.value(self, declared, self._given(name), location.through(f"Parameters.{name}"))

    def _given(self, name: str) -> parameters.Given:
        """What a parameter is given: by the parent of a nested stack, by the caller, by the assembly."""
        if self.parent:
            handed = self.parent.properties.object("Parameters")
            return parameters.Given(handed.value(name) if handed and name in handed else None)
        full = f"{self.name}:{name}"
        remedy = f"give one with --parameter {full}=VALUE"
        given = self.stacks.inputs.parameters
        for source, key in ((given, full), (given, name), (self.source.parameters, name)):
            if key in source:
                return parameters.Given(source[key], remedy)
        return parameters.Given(None, remedy)

    def _reference(self, resource: Resource) -> Tree:
        if resource.type == _NESTED:
            return self._id_of(attributes.generated_name(resource))
        return self._noted(resource, attributes.reference(resource))

    def _attribute(self, resource: Resource, name: str, location: Location) -> Tree:
        if resource.type == _NESTED and name.startswith("Outputs."):
            if not self.has_template_of(resource):
                return self._absent_output(resource, name, location)
            return self.child(resource).output(name.removeprefix("Outputs."), location)
        if resource.type == "Custom::CrossRegionExportReader":
            return self.stacks.carried(resource, name, location)
        running = self.stacks.inputs.attributes
        if running and resource.type == "AWS::ElastiCache::ServerlessCache":
            arn = attributes.elasticache_arn(resource, "serverlesscache", "ServerlessCacheName")
            given = running.get(arn, {}).get(name)
            if given is not None:
                return given
        return self._noted(resource, attributes.attribute(resource, name, location))

    def _absent_output(self, resource: Resource, name: str, location: Location) -> str:
        """An output of a nested stack whose template isn't at hand."""
        key = f"{resource.logical_id}.{name}"
        if self.guess or self.stacks.given(key) is not None:
            return self._elsewhere(f"the template of nested stack {resource.logical_id} isn't at hand", key)
        raise location.refuse(
            "NestedTemplateMissing",
            "name an output of a template that is in the cloud assembly or beside its parent",
            {"Fn::GetAtt": [resource.logical_id, name]},
            f"give one with --import {key}=VALUE",
        )

    def _noted(self, resource: Resource, value: Tree) -> Tree:
        if attributes.is_made_up(resource):
            self.stacks.made_up[resource.location.owner] = resource.type
        return value


PSEUDO_PARAMETERS: dict[str, Callable[[Stack], Tree]] = {
    "AWS::AccountId": lambda stack: stack.account,
    "AWS::NoValue": lambda _: NO_VALUE,
    "AWS::NotificationARNs": lambda _: [],
    "AWS::Partition": lambda stack: stack.partition,
    "AWS::Region": lambda stack: stack.region,
    "AWS::StackId": lambda stack: stack.id,
    "AWS::StackName": lambda stack: stack.name,
    "AWS::URLSuffix": lambda stack: stack.url_suffix,
}

#: The transforms that a template may have: the first is done here, the second touches no resource of ours.
_EXTENSIONS, _SERVERLESS = "AWS::LanguageExtensions", "AWS::Serverless-2016-10-31"
#: The sections that may have loops.
_LOOPED = ("Conditions", "Outputs", "Resources")

#: A resource that makes a stack within this one.
_NESTED = "AWS::CloudFormation::Stack"


def _section(template: Mapping[str, Tree], name: str, location: Location, *, loops: bool) -> None:
    section = template.get(name)
    at = location.key(name)
    if section is None:
        return
    if not isinstance(section, dict):
        raise at.refuse("InvalidTemplate", "be an object", Literal(kind(section)))
    for key in section:
        if key.startswith("Fn::ForEach") and not (loops and name in _LOOPED):
            rule = f"have loops in {', '.join(_LOOPED)} alone, under the transform {_EXTENSIONS}"
            raise at.refuse("InvalidFunction", rule, Literal(key), f"add Transform: {_EXTENSIONS}")
        if key == "Fn::Transform":
            rule = "be written out: the Transform that makes it runs in AWS only"
            remedy = "deploy it, or write out what it would make"
            raise at.refuse("UnsupportedTransform", rule, Literal(key), remedy)


def _transforms(template: Mapping[str, Tree], location: Location) -> tuple[str, ...]:
    """The transforms of a template. Those of others change it in ways that only AWS knows."""
    given = template.get("Transform")
    transforms = given if isinstance(given, list) else [given] if given is not None else []
    for transform in transforms:
        if transform not in (_EXTENSIONS, _SERVERLESS):
            name = transform.get("Name") if isinstance(transform, dict) else transform
            raise location.key("Transform").refuse(
                "UnsupportedTransform",
                f"be {_EXTENSIONS} or {_SERVERLESS}, since others run in AWS only",
                name,
                "give the template that the transform makes",
            )
    return tuple(transforms)
