"""One app, built with either library, and all that its synthesis says."""

import atexit
import json
import re
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from aws_cdk import App, CfnOutput, Stack
from constructs import Construct

Template = dict[str, Any]
#: What ours does better, as what it does to the parts of a template of the alpha module: see corrections.py.
Correction = Callable[[Any], Any]
#: Builds an app with one of the two libraries. ``Any``: mypy would have to hold two classes for one.
Build = Callable[[Stack, Any], None]


@dataclass(frozen=True)
class Case:
    """An app to build twice.

    :param warns: ids of the warnings that ours gives, in no order. The alpha module gives none.
    :param corrections: how the templates differ.
    """

    name: str
    build: Build
    warns: tuple[str, ...] = ()
    corrections: tuple[Correction, ...] = ()
    context: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Synthesized:
    """What an app came to.

    :param templates: by file name, nested stacks and stages included.
    :param warnings: ids of the warnings of ours, sorted.
    """

    templates: dict[str, Template]
    warnings: tuple[str, ...]


CASES: dict[str, Case] = {}

#: Where the CDK writes what tests read through its own assertions.
_scratch = tempfile.TemporaryDirectory()
atexit.register(_scratch.cleanup)


def case(
    *corrections: Correction, warns: tuple[str, ...] = (), context: Mapping[str, Any] | None = None
) -> Callable[[Build], Build]:
    """Register an app; its name is the function's."""

    def register(build: Build) -> Build:
        add(Case(build.__name__, build, warns, corrections, context or {}))
        return build

    return register


def each(
    *values: object,
    warns: tuple[str, ...] = (),
    corrections: tuple[Correction, ...] = (),
    **named: object,
) -> Callable[[Callable[[Stack, Any, Any], None]], Callable[[Stack, Any, Any], None]]:
    """Register an app for each value; its name is the function's and the value, or the value's name."""

    def register(build: Callable[[Stack, Any, Any], None]) -> Callable[[Stack, Any, Any], None]:
        for label, value in {**{str(value): value for value in values}, **named}.items():
            name = f"{build.__name__}[{label}]"
            add(Case(name, lambda stack, lib, value=value: build(stack, lib, value), warns, corrections))  # type: ignore[misc]
        return build

    return register


def add(case: Case) -> None:
    """Register an app."""
    assert case.name not in CASES, f"two cases are called {case.name}"
    CASES[case.name] = case


@cache
def built(name: str, library: ModuleType) -> Synthesized:
    """Build a registered app with a library, once in a process."""
    case = CASES[name]
    return synthesize(case.build, library, case.context)


def synthesize(build: Build, library: Any, context: Mapping[str, Any] | None = None) -> Synthesized:
    """Build an app with a library: a stack called Stack, and what else ``build`` makes."""
    with tempfile.TemporaryDirectory() as directory:
        app = _app(context=dict(context or {}), outdir=directory)
        build(Stack(app, "Stack"), library)
        app.synth()
        return read(Path(directory))


def new_stack(**props: Any) -> Stack:
    """A stack called Stack, in an app of its own."""
    return Stack(_app(outdir=tempfile.mkdtemp(dir=_scratch.name)), "Stack", **props)


def _app(**props: Any) -> App:
    return App(analytics_reporting=False, **props)


def read(assembly: Path) -> Synthesized:
    """Read a cloud assembly."""
    templates = {
        str(file.relative_to(assembly)): json.loads(file.read_text())
        for file in sorted(assembly.rglob("*.template.json"))
    }
    for template in templates.values():
        # What the CDK's bootstrapping wants of every stack says nothing of ours.
        parameters = template.get("Parameters", {})
        parameters.pop("BootstrapVersion", None)
        if not parameters:
            template.pop("Parameters", None)
        template.pop("Rules", None)
    return Synthesized(templates, tuple(sorted(_warnings(assembly))))


def _warnings(assembly: Path) -> list[str]:
    return [
        warning
        for file in assembly.rglob("manifest.json")
        for artifact in json.loads(file.read_text())["artifacts"].values()
        for entries in _metadata(file.parent, artifact).values()
        for entry in entries
        if entry["type"] == "aws:cdk:warning"
        for warning in re.findall(r"\[ack: cdk-elasticache:([\w-]+)\]", entry["data"])
    ]


def _metadata(directory: Path, artifact: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Newer aws-cdk-lib keeps metadata beside the manifest."""
    if "additionalMetadataFile" in artifact:
        artifact = {"metadata": json.loads((directory / artifact["additionalMetadataFile"]).read_text())}
    metadata: dict[str, list[dict[str, Any]]] = artifact.get("metadata", {})
    return metadata


def output(scope: Construct, **values: str | None) -> None:
    """Write values into the template, so that it tells them; ``None`` as the absence of the output."""
    for name, value in values.items():
        if value is not None:
            CfnOutput(scope, f"Out{name}", value=value)
