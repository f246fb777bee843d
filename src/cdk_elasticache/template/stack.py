"""Stacks that resolve what they are asked for, and nothing else.

A :class:`Stack` answers for its parameters, conditions, mappings, resources and outputs; :class:`Stacks` for
what crosses from one to another. Each answer is worked out once, when first asked for. No I/O.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import NamedTuple, TypeVar

from ..errors import ElastiCacheError, TemplateError
from . import attributes, functions, parameters
from .bundle import Bundle, StackTemplate
from .declaration import Place, Secret
from .properties import Properties
from .references import DynamicReference, Lookup, UnknownReferenceError, fill
from .stand_in import StandIn, token
from .stored import Stored, pass_over
from .text import Tree, kind
from .where import Said, Where

_T = TypeVar("_T")

#: Evaluations within one another, through parameters, conditions, outputs and nested stacks alike. Each takes
#: up to seven frames of Python's thousand; real templates stay under 30.
_MAX_DEPTH = 80
#: Nested stacks within one another; the service's own quota on a hierarchy is far above what is sane.
_MAX_NESTING = 20

#: Takes an error that concerns one resource or output alone, and its place.
Refuse = Callable[[ElastiCacheError, Place], None]


def raise_it(error: ElastiCacheError, place: Place) -> None:
    """Stop at the first error."""
    del place
    raise error


_OPEN = object()  # stands in the memo for an answer that is being worked out

_PARTITIONS = (("cn-", "aws-cn", "amazonaws.com.cn"), ("us-gov-", "aws-us-gov", "amazonaws.com"))


def _unknown(reference: DynamicReference) -> None:
    del reference


def _as_declared(secret: Secret) -> None:
    del secret


class Inputs(NamedTuple):
    """What the caller knows and the templates don't.

    :param parameters: values of parameters, by ``NAME`` or ``STACK:NAME``; the latter wins.
    :param lookup: answers dynamic references and SSM-typed parameters. Default: nothing is known.
    :param keep: gives a secret that is declared its value, when something first refers to it, and returns it.
        Default: there is none but what the template says.
    :param guess: take a stand-in for a parameter, a reference or an import without a value instead of refusing
        it: for checks, which have none.
    :param attributes: values of ``Fn::GetAtt`` that only the runtime knows, by the cache's ARN. Default:
        ``localhost`` and the engine's port as endpoint.
    """

    parameters: Mapping[str, str] = {}
    lookup: Lookup = _unknown
    keep: Callable[[Secret], str | None] = _as_declared
    guess: bool = False
    attributes: Mapping[str, Mapping[str, str]] = {}


class Resource:
    """A resource as the template has it."""

    __slots__ = ("body", "logical_id", "stack", "type")

    def __init__(self, stack: "Stack", logical_id: str, body: Mapping[str, Tree]) -> None:
        self.stack: Stack = stack
        self.logical_id = logical_id
        self.body = body
        self.type: str = body["Type"]

    @property
    def path(self) -> str:
        """The construct's path, which the CDK leaves in the metadata; ``""`` where it didn't."""
        metadata = self.body.get("Metadata")
        path = metadata.get("aws:cdk:path") if isinstance(metadata, dict) else None
        return path if isinstance(path, str) else ""

    @property
    def where(self) -> Where:
        """The place that errors name."""
        return Where(self.path or f"{self.stack.name}.{self.logical_id}")

    @property
    def place(self) -> Place:
        """What can be told of it without resolving anything: it may be broken."""
        top = self.stack.top.name if self.stack.parent else ""
        return Place(stack=self.stack.name, logical_id=self.logical_id, path=self.path, top=top)

    @property
    def properties(self) -> Properties:
        """Its properties, resolved as they are read."""
        where = self.where.key("Properties")
        tree = self.body.get("Properties")
        if tree is not None and not isinstance(tree, dict):
            raise where.refuse("InvalidTemplate", "be an object", Said(kind(tree)))
        functions.refuse_stray(tree or {}, where)
        return Properties(self.stack, tree or {}, where)

    @property
    def tags(self) -> dict[str, str]:
        """Its tags: those of its stack, and its own, which win.

        https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-resource-tags.html
        """
        own = self.properties.objects("Tags")
        return {**self.stack.tags, **{tag.required("Key"): tag.text("Value") or "" for tag in own}}


class Stack:
    """One stack, nested or not."""

    def __init__(
        self, stacks: "Stacks", source: StackTemplate, name: str, parent: Resource | None = None
    ) -> None:
        self.stacks = stacks
        self.source = source
        self.name: str = name
        self.parent = parent
        above = parent.stack if parent else None
        self.region: str = above.region if above else source.region
        self.account: str = above.account if above else source.account
        self.nesting: int = above.nesting + 1 if above else 0
        self._memo: dict[tuple[str, str], object] = {}
        where = Where(name)
        if self.nesting > _MAX_NESTING:
            raise where.refuse("CircularReference", f"nest at most {_MAX_NESTING} stacks", Said("more"))
        self.language_extensions = _transforms(source.template, where)
        self.bodies = _section(source.template, "Resources", where)
        for logical_id, body in self.bodies.items():
            if not isinstance(body, dict) or not isinstance(body.get("Type"), str):
                at = where.key(f"Resources.{logical_id}")
                raise at.refuse("InvalidTemplate", "be an object with a Type", Said(kind(body)))
        for section in ("Conditions", "Mappings", "Outputs", "Parameters"):
            _section(source.template, section, where)

    @property
    def top(self) -> "Stack":
        """The stack in which this one is nested, however deep; itself where it isn't."""
        return self.parent.stack.top if self.parent else self

    @property
    def id(self) -> str:
        """The stack's ARN, made up: ``AWS::StackId``."""
        return self.arn("cloudformation", f"stack/{self.name}/{token(self.name, length=32)}")

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
        where = self.region if region is None else region
        return f"arn:{self.partition}:{service}:{where}:{self.account}:{resource}"

    def resolve(self, value: Tree, where: Where) -> Tree:
        """Evaluate every function within ``value``. Members that come to nothing are left out.

        :raises TemplateError: for what can't be resolved.
        """
        if not isinstance(value, (dict, list)):
            return value
        with self.stacks.descend(where):
            if isinstance(value, list):
                items = [self.resolve(item, where.item(index)) for index, item in enumerate(value)]
                return [item for item in items if item is not functions.NO_VALUE]
            if function := functions.named(value):
                return function(self, next(iter(value.values())), where.key(next(iter(value))))
            functions.refuse_stray(value, where)
            members = {name: self.resolve(item, where.key(name)) for name, item in value.items()}
            return {name: item for name, item in members.items() if item is not functions.NO_VALUE}

    def answered(self, value: Tree, where: Where) -> Tree:
        """Put local values in the place of the dynamic references within a resolved ``value``."""
        if isinstance(value, str) and "{{resolve:" in value:
            try:
                return fill(value, self.stacks.lookup)
            except UnknownReferenceError as error:
                raise _unanswered(error.reference, where) from None
        if isinstance(value, list):
            return [self.answered(item, where.item(index)) for index, item in enumerate(value)]
        if isinstance(value, dict):
            return {name: self.answered(item, where.key(name)) for name, item in value.items()}
        return value

    def once(self, what: str, name: str, where: Where, work: Callable[[], _T]) -> _T:
        """The answer to ``what`` about ``name``, worked out at the first time.

        :raises TemplateError: ``CircularReference`` where the answer depends on itself.
        """
        known = self._memo.get((what, name))
        if known is _OPEN:
            raise where.refuse(
                "CircularReference", "not depend on itself", Said(f"{what} {name}, which does")
            )
        if (what, name) not in self._memo:
            self._memo[what, name] = _OPEN
            try:
                self._memo[what, name] = work()
            except BaseException:
                del self._memo[what, name]
                raise
        return self._memo[what, name]  # type: ignore[return-value]

    def reference(self, name: str, where: Where) -> Tree:
        """What ``{"Ref": name}`` gives."""
        if name in functions.PSEUDO_PARAMETERS:
            return functions.PSEUDO_PARAMETERS[name](self)
        if name in self.section("Parameters"):
            return self.once("parameter", name, where, lambda: parameters.value(self, name, where))
        resource = self.resource(name, where, "Ref")
        return self.once("reference", name, where, lambda: attributes.reference(resource, where))

    def attribute(self, name: str, attribute: str, where: Where) -> Tree:
        """What ``{"Fn::GetAtt": [name, attribute]}`` gives."""
        resource = self.resource(name, where, "Fn::GetAtt")
        return self.once(
            "attribute",
            f"{name}.{attribute}",
            where,
            lambda: attributes.attribute(resource, attribute, where),
        )

    def resource(self, logical_id: str, where: Where, function: str) -> Resource:
        """A resource that something refers to; it must be there, and not left out by its condition."""
        body = self.bodies.get(logical_id)
        expression = {function: logical_id}
        if body is None:
            remedy = functions.nearest(logical_id, [*self.bodies, *self.section("Parameters")])
            raise where.refuse("UnresolvedReference", "name what the template declares", expression, remedy)
        if not self.has(body, where):
            rule = f"name a resource that its condition {body['Condition']} lets be"
            raise where.refuse("UnresolvedReference", rule, expression)
        return Resource(self, logical_id, body)

    def resources(self, types: Collection[str], refuse: Refuse = raise_it) -> Iterator[Resource]:
        """The resources of these types, those apart that their conditions leave out.

        :param refuse: what to do about a condition that has no truth. Default: raise the error.
        """
        for logical_id, body in self.bodies.items():
            if body["Type"] in types:
                resource = Resource(self, logical_id, body)
                try:
                    present = self.has(body, resource.where)
                except TemplateError as error:
                    refuse(error, resource.place)
                    continue
                if present:
                    yield resource

    def has(self, body: Mapping[str, Tree], where: Where) -> bool:
        """Whether the condition of a resource or an output lets it be."""
        condition = body.get("Condition")
        return condition is None or self.condition(condition, where.key("Condition"))

    def condition(self, name: Tree, where: Where) -> bool:
        """The truth of a condition."""
        conditions = self.section("Conditions")
        if not isinstance(name, str) or name not in conditions:
            raise where.refuse("UnresolvedReference", "name a condition of the template", name)
        there = where.through(f"Conditions.{name}")
        return self.once("condition", name, where, lambda: functions.truth(self, conditions[name], there))

    def section(self, name: str) -> Mapping[str, Tree]:
        """A section of the template; empty where it has none."""
        section: Mapping[str, Tree] = self.source.template.get(name) or {}
        return section

    def output(self, name: str, where: Where) -> str:
        """The value of an output, as a parent or another stack sees it."""
        body = self.section("Outputs").get(name)
        if not isinstance(body, dict) or "Value" not in body or not self.has(body, where):
            raise where.refuse("UnresolvedReference", f"name an output of stack {self.name}", name)
        own = f"Outputs.{name}"
        there = where.key("Value") if where.path == own else where.through(f"{own}.Value")
        return self.once(
            "output",
            name,
            where,
            lambda: functions.text(self.resolve(body["Value"], there), there, body["Value"]),
        )

    def child(self, resource: Resource) -> "Stack":
        """The stack that an ``AWS::CloudFormation::Stack`` of this one makes."""
        where = resource.where
        return self.once("nested stack", resource.logical_id, where, lambda: self._child(resource, where))

    def _child(self, resource: Resource, where: Where) -> "Stack":
        source = self.source.nested.get(resource.logical_id)
        if source is None:
            raise where.key("Properties.TemplateURL").refuse(
                "NestedTemplateMissing",
                "name a template in the cloud assembly or beside its parent",
                (resource.body.get("Properties") or {}).get("TemplateURL"),
            )
        return Stack(self.stacks, source, attributes.generated_name(resource), resource)


class Stacks:
    """The stacks of a bundle, and what crosses between them."""

    def __init__(self, bundle: Bundle, inputs: Inputs) -> None:
        self.inputs = inputs
        self.stood_in: dict[str, str] = {}  #: owner of each made-up value that was used, with its type
        self._depth = _Depth()
        self.stored = Stored(self)
        self.top = [Stack(self, source, source.name) for source in bundle.stacks]
        parameters.refuse_unknown(inputs.parameters, self.top)

    def descend(self, where: Where) -> "_Depth":
        """Count one evaluation within another, for as long as the ``with`` lasts."""
        if self._depth.levels >= _MAX_DEPTH:
            raise where.refuse("TemplateTooDeep", f"resolve within {_MAX_DEPTH} steps", Said("more"))
        return self._depth

    def named(self, name: str, region: str) -> Stack | None:
        """The stack that bears this name in this region."""
        return next((stack for stack in self.top if stack.name == name and stack.region == region), None)

    def below(self, stack: Stack, refuse: Refuse) -> Iterator[Stack]:
        """A stack and those nested in it."""
        yield stack
        for resource in stack.resources({"AWS::CloudFormation::Stack"}, refuse):
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

    def imported(self, name: str, importer: Stack, where: Where) -> str:
        """The value exported under a name in the importer's account and region."""
        elsewhere: Stack | None = None
        for stack in self.everywhere():
            key = self._exports(stack, where).get(name)
            if key and (stack.account, stack.region) == (importer.account, importer.region):
                return stack.output(key, where)
            elsewhere = stack if key else elsewhere
        got = {"Fn::ImportValue": name}
        if elsewhere:
            remedy = f"stack {elsewhere.name} exports it in {elsewhere.account}/{elsewhere.region}"
            raise where.refuse(
                "UnresolvedImport", "name an export of its own account and region", got, remedy
            )
        if self.inputs.guess:
            return StandIn("standin")
        raise where.refuse("UnresolvedImport", "name what a stack of the source exports", got)

    def _exports(self, stack: Stack, where: Where) -> dict[str, str]:
        return stack.once("exports of", stack.name, where, lambda: dict(self._read_exports(stack)))

    def _read_exports(self, stack: Stack) -> Iterator[tuple[str, str]]:
        for key, body in stack.section("Outputs").items():
            export = body.get("Export") if isinstance(body, dict) else None
            if isinstance(export, dict):
                where = Where(stack.name, f"Outputs.{key}.Export.Name")
                try:
                    yield functions.text(stack.resolve(export.get("Name"), where), where, export), key
                except TemplateError:
                    continue  # nobody asked for this one: its trouble is told when somebody does

    def lookup(self, reference: DynamicReference) -> str | None:
        """The local value of a dynamic reference: of a secret that is declared, the caller's, of a parameter."""
        declared = self.stored.answer
        ways = (
            (declared, self.inputs.lookup)
            if reference.service == "secretsmanager"
            else (self.inputs.lookup, declared)
        )
        value = next((found for way in ways if (found := way(reference)) is not None), None)
        return StandIn("standin") if value is None and self.inputs.guess else value


class _Depth:
    """How deep the evaluation is."""

    def __init__(self) -> None:
        self.levels = 0

    def __enter__(self) -> None:
        self.levels += 1

    def __exit__(self, *_: object) -> None:
        self.levels -= 1


def _section(template: Mapping[str, Tree], name: str, where: Where) -> Mapping[str, Tree]:
    section = template.get(name)
    at = where.key(name)
    if section is None:
        return {}
    if not isinstance(section, dict):
        raise at.refuse("InvalidTemplate", "be an object", Said(kind(section)))
    for key in section:
        if key == "Fn::Transform" or key.startswith("Fn::ForEach"):
            rule = f"be written out: the {key.split('::')[1]} that makes it runs in AWS only"
            remedy = "deploy it, or write out what it would make"
            raise at.refuse("UnsupportedTransform", rule, Said(key), remedy)
    return section


def _transforms(template: Mapping[str, Tree], where: Where) -> bool:
    """Whether the language extensions are on. Any other transform changes the template in ways AWS knows."""
    given = template.get("Transform")
    transforms = given if isinstance(given, list) else [given] if given is not None else []
    for transform in transforms:
        if transform != "AWS::LanguageExtensions":
            name = transform.get("Name") if isinstance(transform, dict) else transform
            raise where.key("Transform").refuse(
                "UnsupportedTransform",
                "be AWS::LanguageExtensions or left out, since others run in AWS only",
                name,
                "give the template that the transform makes",
            )
    return bool(transforms)


def _unanswered(reference: DynamicReference | str, where: Where) -> TemplateError:
    if isinstance(reference, str):
        rule = "hold dynamic references as {{resolve:secretsmanager:…}}, {{resolve:ssm:…}} or {{resolve:ssm-secure:…}}"
        return where.refuse("InvalidDynamicReference", rule, Said(reference))
    return where.refuse(
        "UnresolvedDynamicReference",
        "have a local value for each dynamic reference",
        Said(f"none for {reference}"),
        f"set one with: cdk-elasticache secret set {reference.id}",
    )
