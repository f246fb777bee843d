"""Read a source from the disk: a template file, a cloud assembly, or a folder with a ``cdk.json``.

The one file of this room, beside ``app.py``, that touches the disk. What it gives is pure text turned to trees.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ..errors import TemplateError
from .bundle import DEFAULT_ACCOUNT, DEFAULT_REGION, Bundle, StackTemplate, Target
from .parse import Tree, parse, parse_json

#: Templates read for one source, and within one another: one that nests itself must come to an end.
_MAX_TEMPLATES, _MAX_NESTING = 1_000, 20


def load(
    source: str | os.PathLike[str],
    target: Target | None = None,
    *,
    report: Callable[[str], None] | None = None,
    cdk_validation: bool = False,
) -> Bundle:
    """Read a source. Starts a process for a folder with a ``cdk.json``, and for nothing else.

    :param source: a template file; a folder with a ``manifest.json`` (a cloud assembly) or a ``cdk.json``.
    :param target: where stacks go that don't say. Default: ``us-east-1`` of account ``000000000000``.
    :param report: takes each line that a ``cdk.json``'s app prints, as it is printed. Default: they are dropped, and
        the error of an app that fails holds them.
    :param cdk_validation: let aws-cdk-lib check the templates of a ``cdk.json``'s app too. Default: the environment
        variable ``CDK_VALIDATION`` says so, or else not, since it takes most of the app's time.
    :raises TemplateError: ``SourceNotFound``, ``InvalidTemplateText``, ``InvalidAssembly``,
        ``NestedTemplateMissing``, and for a ``cdk.json`` ``AppFailed`` or ``NodeMissing``.
    """
    path, kind = os.fspath(source), kind_of(source)
    reader = _Reader(target or Target())
    if kind == "template":
        return Bundle((reader.template_file(path),))
    if kind == "assembly":
        return reader.assembly(path)
    from .app import synthesized

    with synthesized(path, reader.target, report, cdk_validation=cdk_validation) as folder:
        return reader.assembly(folder)


def kind_of(source: str | os.PathLike[str]) -> str:
    """What a source is: ``template``, ``assembly`` or ``app``. Reads nothing of it.

    :raises TemplateError: ``SourceNotFound``.
    """
    path = os.fspath(source)
    if os.path.isfile(path):
        return "template"
    for kind, name in (("assembly", "manifest.json"), ("app", "cdk.json")):
        if os.path.isfile(os.path.join(path, name)):
            return kind
    raise TemplateError(
        "SourceNotFound",
        f"source must be a template file, a cloud assembly or a folder with a cdk.json, got {path!r}",
        parameter="source",
        value=path,
    )


class _Reader:
    """Reads the files of one source."""

    def __init__(self, target: Target) -> None:
        self.target = target
        self._read = 0

    def template_file(self, path: str) -> StackTemplate:
        """A single template; the stack takes the file's name."""
        file = os.path.basename(path)
        name = file.split(".")[0]
        template = self._template(path)
        if "Resources" not in template:  # an empty one is no mistake here: it takes away what there was
            rule = f"{file} must declare Resources, got none"
            raise TemplateError(
                "InvalidTemplate", rule, remedy="is it a template?", parameter="source", value=path
            )
        return StackTemplate(
            name=_stack_name(name),
            template=template,
            region=self.target.region or DEFAULT_REGION,
            account=self.target.account or DEFAULT_ACCOUNT,
            nested=dict(self._nested(template, os.path.dirname(path), {})),
        )

    def assembly(self, folder: str) -> Bundle:
        """A cloud assembly, the assemblies of its stages within."""
        stacks: list[StackTemplate] = []
        missing: list[str] = []
        self._add_assembly(folder, stacks, missing)
        return Bundle(tuple(stacks), tuple(_missing_note(missing)))

    def _add_assembly(
        self, folder: str, stacks: list[StackTemplate], missing: list[str], depth: int = 1
    ) -> None:
        if depth > _MAX_NESTING:
            raise _endless(f"{_MAX_NESTING} assemblies within one another")
        path = os.path.join(folder, "manifest.json")
        manifest = _object(parse_json(self._text(path), path), path)
        artifacts = _object(manifest.get("artifacts", {}), path)
        missing += (
            str(one.get("provider")) for one in _items(manifest.get("missing")) if isinstance(one, dict)
        )
        names = {
            key: _name_of(key, one)
            for key, one in artifacts.items()
            if _type_of(one) == "aws:cloudformation:stack"
        }
        for key, artifact in artifacts.items():
            if key in names:
                stacks.append(self._stack(folder, names, key, artifact, path))
            elif _type_of(artifact) == "cdk:cloud-assembly":
                inner = _object(artifact.get("properties"), path).get("directoryName")
                self._add_assembly(_inside(folder, inner, path), stacks, missing, depth + 1)

    def _stack(
        self, folder: str, names: Mapping[str, str], key: str, artifact: Mapping[str, Tree], path: str
    ) -> StackTemplate:
        properties = _object(artifact.get("properties"), path)
        file = _inside(folder, properties.get("templateFile"), path)
        template = self._template(file)
        dependencies = artifact.get("dependencies")
        stack = StackTemplate(
            name=names[key],
            template=template,
            parameters=_members(properties.get("parameters")),
            nested=dict(self._nested(template, folder, self._assets(file))),
            depends_on=tuple(names[other] for other in names if other in _items(dependencies)),
            display_name=str(artifact.get("displayName") or ""),
            tags={name: str(value) for name, value in _members(properties.get("tags")).items()},
        )
        return self._placed(stack, str(artifact.get("environment", "")))

    def _placed(self, stack: StackTemplate, environment: str) -> StackTemplate:
        """The stack in its environment, ``aws://ACCOUNT/REGION``, either of which may be unknown."""
        account, _, region = environment.removeprefix("aws://").partition("/")
        own_account = "" if account.startswith("unknown") else account
        own_region = "" if region.startswith("unknown") else region
        return stack._replace(
            account=self.target.account or own_account or DEFAULT_ACCOUNT,
            region=self.target.region or own_region or DEFAULT_REGION,
        )

    def _assets(self, template_file: str) -> dict[str, Tree]:
        """Files by the key they would have in the bucket: how a nested stack's URL leads to its template."""
        manifest = template_file.removesuffix(".template.json") + ".assets.json"
        if not os.path.isfile(manifest):
            return {}
        files = _members(_members(parse_json(self._text(manifest), manifest)).get("files"))
        return {
            str(_members(destination).get("objectKey")): _members(_members(asset).get("source")).get("path")
            for asset in files.values()
            for destination in _members(_members(asset).get("destinations")).values()
        }

    def _nested(
        self, template: Mapping[str, Tree], folder: str, assets: Mapping[str, Tree], depth: int = 1
    ) -> Iterator[tuple[str, StackTemplate]]:
        resources = template.get("Resources")
        for logical_id, body in resources.items() if isinstance(resources, dict) else ():
            if not isinstance(body, dict) or body.get("Type") != "AWS::CloudFormation::Stack":
                continue
            name = _nested_file(body, assets)
            file = os.path.join(folder, name) if name else ""
            if os.path.isfile(file):  # where it isn't, the stack says so when it is asked for
                if depth > _MAX_NESTING:
                    raise _endless(f"{_MAX_NESTING} templates within one another")
                inner = self._template(file)
                nested = dict(self._nested(inner, os.path.dirname(file), assets, depth + 1))
                yield logical_id, StackTemplate(name="", template=inner, nested=nested)

    def _template(self, path: str) -> dict[str, Tree]:
        self._read += 1
        if self._read > _MAX_TEMPLATES:
            raise _endless(f"{_MAX_TEMPLATES} templates")
        return parse(self._text(path), os.path.basename(path))

    def _text(self, path: str) -> str:
        try:
            with open(path, encoding="utf-8-sig") as file:
                return file.read()
        except UnicodeDecodeError:
            rule = f"{os.path.basename(path)} must be UTF-8 text, got other bytes"
            raise TemplateError("InvalidTemplateText", rule) from None
        except (OSError, ValueError) as error:  # a name with a null byte is a ValueError
            reason = getattr(error, "strerror", None) or type(error).__name__
            raise TemplateError(
                "SourceNotFound", f"source must be readable, got {reason} for {path!r}"
            ) from None


def _endless(most: str) -> TemplateError:
    return TemplateError(
        "CircularReference", f"source must hold at most {most}, got more", remedy="does one nest itself?"
    )


def _nested_file(body: Mapping[str, Tree], assets: Mapping[str, Tree]) -> str | None:
    """The file of a nested stack's template: told by the metadata, by the asset's key, or a path of its own."""
    told = _members(body.get("Metadata")).get("aws:asset:path")
    if isinstance(told, str):
        return told
    url = _members(body.get("Properties")).get("TemplateURL")
    stored = assets.get(_last_words(url).rpartition("/")[2])
    return stored if isinstance(stored, str) else url if _is_local(url) else None


def _last_words(url: Tree) -> str:
    """The literal end of an address, which the CDK makes with ``Fn::Join`` or ``Fn::Sub``."""
    while isinstance(url, (dict, list)) and url:
        url = list(url.values())[-1] if isinstance(url, dict) else url[-1]
    return url if isinstance(url, str) else ""


def _is_local(url: Tree) -> bool:
    return isinstance(url, str) and "://" not in url


def _stack_name(file_name: str) -> str:
    """A file's name as a stack may be called: letters, digits and hyphens, a letter first."""
    letters = "".join(one if one.isascii() and one.isalnum() else "-" for one in file_name).strip("-")
    return letters if letters[:1].isalpha() else f"Stack-{letters}".strip("-")


def _missing_note(providers: list[str]) -> Iterator[str]:
    if providers:
        kinds = ", ".join(dict.fromkeys(providers))
        count = "one lookup" if len(providers) == 1 else f"{len(providers)} lookups"
        yield f"the CDK's dummy values stand for {count} that AWS was never asked: {kinds}"


def _type_of(artifact: Any) -> object:
    return artifact.get("type") if isinstance(artifact, dict) else None


def _name_of(key: str, artifact: Mapping[str, Tree]) -> str:
    name = _members(artifact.get("properties")).get("stackName")
    return name if isinstance(name, str) else key


def _members(tree: Tree) -> dict[str, Tree]:
    return tree if isinstance(tree, dict) else {}


def _items(tree: Tree) -> list[Tree]:
    return tree if isinstance(tree, list) else []


def _object(tree: Tree, path: str) -> dict[str, Tree]:
    if not isinstance(tree, dict):
        raise TemplateError(
            "InvalidAssembly", f"{path} must hold objects where the CDK puts them, got {tree!r:.80}"
        )
    return tree


def _inside(folder: str, name: Tree, path: str) -> str:
    if not isinstance(name, str):
        raise TemplateError(
            "InvalidAssembly", f"{path} must name the files of its artifacts, got {name!r:.80}"
        )
    return os.path.join(folder, name)
