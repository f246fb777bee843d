"""The first pass of an app under the CDK's command line: defaults that the app gave its look-ups are judged by nobody.

``StringParameter.value_from_lookup(…, default_value="unset")`` gives ``unset`` until the command line has looked the
value up, which it does once the first pass has ended. So where a check fails in an app that it runs, the look-ups that
are still open are asked for, and the check is done again with what they gave for now taken as dummies.

Nothing else tells which look-ups are open but a stack's part of the assembly. It is written for that, to a folder that
goes: what the first pass synthesizes is thrown away, so nothing is lost by its tokens being resolved early.
"""

import gc
import json
import os
from collections.abc import Callable, Iterator
from functools import wraps
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ParamSpec, TypeVar, cast

import jsii
from aws_cdk import App, ISynthesisSession, Stack, StackSynthesizer, Stage, cx_api
from constructs import IConstruct

from ..errors import ElastiCacheError
from .lookups import taken_for_dummies

P = ParamSpec("P")
T = TypeVar("T")


def patient(call: Callable[P, T]) -> Callable[P, T]:
    """Let a call that checks what it is given bear with the defaults of look-ups that are still open."""

    @wraps(call)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return call(*args, **kwargs)
        except ElastiCacheError:
            given = _given_for_now() if _is_run_by_the_cdk() else frozenset()
            if not given:
                raise
        with taken_for_dummies(given):
            return call(*args, **kwargs)

    return run


def _is_run_by_the_cdk() -> bool:
    # https://docs.aws.amazon.com/cdk/v2/guide/cli.html: where the command line wants the assembly
    return "CDK_OUTDIR" in os.environ


def _given_for_now() -> frozenset[str]:
    """The texts that look-ups gave because nothing was looked up yet, in whatever app there is."""
    apps = [it for it in gc.get_objects() if issubclass(type(it), App)]
    return frozenset(
        text
        for app in apps
        for stack in _stacks(app)
        for look_up in _missing(stack)
        for text in _texts(look_up)
    )


def _stacks(above: IConstruct) -> Iterator[Stack]:
    for child in above.node.children:
        if Stack.is_stack(child):
            yield Stack.of(child)
        elif Stage.is_stage(child):
            yield from _stacks(child)


def _texts(tree: Any) -> Iterator[str]:
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, list | dict):
        for item in tree.values() if isinstance(tree, dict) else tree:
            yield from _texts(item)


def _missing(stack: Stack) -> list[Any]:
    """The dummies of the look-ups that a stack still misses."""
    with TemporaryDirectory() as folder:
        assembly = cx_api.CloudAssemblyBuilder(folder)
        writer = _Writer()
        writer.bind(stack)
        try:
            writer.synthesize(cast(ISynthesisSession, _Session(assembly, folder)))
        except RuntimeError:  # the app is only half made
            return []
        assembly.build_assembly()
        manifest = json.loads((Path(folder) / "manifest.json").read_text())
    return [missing["props"].get("dummyValue") for missing in manifest.get("missing", ())]


class _Writer(StackSynthesizer):
    """Writes the template of a stack, and no assets."""

    def add_docker_image_asset(self, **asset: Any) -> Any:
        """Refuse an asset: none is added while a template is written."""
        raise NotImplementedError

    def add_file_asset(self, **asset: Any) -> Any:
        """Refuse an asset: none is added while a template is written."""
        raise NotImplementedError

    def synthesize(self, session: ISynthesisSession) -> None:
        """Write the template."""
        self._synthesize_template(session)


@jsii.implements(ISynthesisSession)
class _Session:
    """Where the template goes."""

    def __init__(self, assembly: cx_api.CloudAssemblyBuilder, folder: str) -> None:
        self._assembly, self._folder = assembly, folder

    @property
    def assembly(self) -> cx_api.CloudAssemblyBuilder:
        """What is being built."""
        return self._assembly

    @property
    def outdir(self) -> str:
        """Its folder."""
        return self._folder

    @property
    def validate_on_synth(self) -> bool:
        """Whether the app is checked first; it is only half made."""
        return False
