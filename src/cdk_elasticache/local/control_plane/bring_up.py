"""From a source to what runs: read it, resolve it, hand it to the runtime, work out its outputs.

The runtime is a process of its own, here and everywhere. It ends with us, since its standard input is a pipe that
only we hold, until we release it: then it stays.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from importlib.util import find_spec
from os import PathLike
from pathlib import Path
from typing import Any, NamedTuple

from ...errors import ElastiCacheError, TemplateError, ValidationError
from ...model.access_string import AccessString
from ...template.bundle import Bundle, Target
from ...template.declaration import Declaration, Place, Secret
from ...template.declare import declare, outputs
from ...template.dynamic_references import UnknownReferenceError
from ...template.inputs import LACKING, Inputs
from ...template.load import load
from ...template.networks import who_may_connect
from ..engines.servers import distance
from . import secrets, wire
from .faults import LocalError
from .names import named
from .resources import principals, resources
from .state import State, holder

Hear = Callable[[Mapping[str, Any]], None]


class Wish(NamedTuple):
    """What to bring up.

    :param source: a template file, a cloud assembly or a folder with a ``cdk.json``.
    :param parameters: values of parameters, by ``NAME`` or ``STACK:NAME``.
    :param stacks: names of those to take. Default: all.
    :param target: region and account of stacks that name none.
    :param limits: figures that replace a cache's own here, by any of its names: ``storage`` in bytes, ``ecpu`` a
        second, ``connections``.
    :param cdk_validation: let aws-cdk-lib check the templates of an app too.
    :param imports: values that the source imports and doesn't export, by the name of the export or by
        ``STACK.OUTPUT``.
    """

    source: str | PathLike[str]
    parameters: Mapping[str, str] = {}
    stacks: Sequence[str] = ()
    target: Target = Target()
    limits: Mapping[str, Mapping[str, float]] = {}
    cdk_validation: bool = False
    imports: Mapping[str, str] = {}


class Brought(NamedTuple):
    """What came of it.

    :param status: as ``status --json`` prints it.
    :param outputs: by stack and key, as ``cdk deploy --outputs-file`` writes them.
    :param passwords: of each password user, by ARN; never printed.
    :param notes: what the user should know, a line each.
    """

    status: Mapping[str, Any]
    outputs: Mapping[str, Mapping[str, str]]
    passwords: Mapping[str, Sequence[str]]
    notes: Sequence[str]

    def __repr__(self) -> str:
        return f"Brought({len(self.status['caches'])} caches)"


def default_folder(source: str | PathLike[str]) -> Path:
    """The state folder that goes with a source: beside a template or an assembly, inside of an app's folder."""
    path = Path(source).absolute()
    inside = path.is_dir() and not (path / "manifest.json").exists()
    return (path if inside else path.parent) / ".cdk-elasticache"


class Runtime:
    """The process that holds a state folder: one that we start, or one that is there.

    :param folder: the state folder.
    :param detached: it may be released.
    :param ephemeral: its caches get any free ports.
    :param temporary: it removes the folder at its end.
    :raises LocalError: ``MissingExtra``, ``HostNotStarted``, ``StateFolderRefused``.
    """

    def __init__(
        self, folder: Path, *, detached: bool = False, ephemeral: bool = False, temporary: bool = False
    ) -> None:
        self.folder = folder
        if find_spec("cryptography") is None:
            message = "the extra local must be installed, got no cryptography; run pip install 'cdk-elasticache[local]'"
            raise LocalError("MissingExtra", message)
        said = {"--ephemeral": ephemeral, "--temporary": temporary}
        flags = [flag for flag, holds in said.items() if holds]
        # -P: a secrets.py in the folder where we were called is none of its business.
        command = [sys.executable, "-P", "-m", "cdk_elasticache.local.control_plane", str(folder), *flags]
        self._child = subprocess.Popen(  # noqa: S603  # our own interpreter and module
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # A detached one may hold nobody's terminal; what it has to say is in its log.
            stderr=subprocess.DEVNULL if detached else None,
            start_new_session=True,  # our Ctrl-C is not also its Ctrl-C
        )

    def wait_ready(self) -> None:
        """Return when it answers."""
        assert self._child.stdout is not None
        line = self._child.stdout.readline()
        answer = (
            json.loads(line) if line else {"error": {"code": "HostNotStarted", "message": "", "path": ""}}
        )
        if "error" in answer:
            self._child.wait()
            error = answer["error"]
            message = (
                error["message"]
                or f"the runtime must start, but it ended with status {self._child.returncode}"
            )
            raise LocalError(error["code"], message)

    def wait(self) -> int:
        """Wait for its end, and return how it ended."""
        return self._child.wait()

    def stop(self) -> None:
        """End it, and return when everything that it started is gone."""
        self._let_go()
        self._child.wait()

    def release(self) -> None:
        """Leave it to itself: it stays when we go."""
        assert self._child.stdin is not None
        with suppress(BrokenPipeError):
            self._child.stdin.write(b".")
            self._child.stdin.flush()
        self._let_go()
        self._child.returncode = self._child.poll() or 0  # ours no longer: no warning that it still runs

    def _let_go(self) -> None:
        for pipe in (self._child.stdin, self._child.stdout):
            if pipe:
                with suppress(BrokenPipeError):
                    pipe.close()


def start_or_join(folder: Path, *, detached: bool, say: Callable[[str], None]) -> Runtime | None:
    """A new runtime for a state folder, or ``None`` where one holds it already and answers.

    :param say: takes the line that tells who holds it.
    :raises LocalError: ``NotRunning`` where somebody holds the folder and doesn't answer.
    """
    who = holder(folder)
    if who is None:
        return Runtime(folder, detached=detached)
    wire.ask(folder, {"do": "status"})
    say(f"process {who} holds {folder}; the difference is applied there")
    return None


def bring_up(
    folder: Path,
    wish: Wish,
    runtime: Runtime | None = None,
    *,
    hear: Hear | None = None,
    report: Callable[[str], None] | None = None,
) -> Brought:
    """Make the runtime of ``folder`` run what a source declares.

    :param runtime: one that may still be starting: the source is read meanwhile. Default: it is there.

    :param hear: takes the events, as the runtime tells them.
    :param report: takes each line that a CDK app prints, as :func:`~cdk_elasticache.template.load.load` has it.
    :raises TemplateError: what can't be read.
    :raises ValidationError: what the service would refuse.
    :raises LocalError: what the runtime raised, after it went back.
    """
    bundle = load(wish.source, wish.target, report=report, cdk_validation=wish.cdk_validation)
    if runtime:
        runtime.wait_ready()
    with State(folder) as state:
        return _bring_up(folder, state, bundle, wish, hear)


def _bring_up(folder: Path, state: State, bundle: Bundle, wish: Wish, hear: Hear | None) -> Brought:
    try:
        about_secrets: list[str] = []

        def keep(secret: Secret) -> str | None:
            about_secrets.extend(secrets.ensure(state, [secret]))
            return secrets.find(state.secrets(), secret.arn)

        inputs = Inputs(wish.parameters, secrets.lookup(state), keep, imports=wish.imports)
        declared = _declared(bundle, inputs, wish.stacks, state)
        _refuse_unknown_rules(declared)
        notes = [*declared.notes, *about_secrets, *_notes(declared)]
        answer = secrets.lookup(state)
        wanted = resources(declared, answer, _limits(declared, wish.limits))
        passwords = {one.arn: [word.reveal(answer) for word in one.passwords] for one in declared.users}
    except UnknownReferenceError as error:
        raise secrets.missing(error.reference) from None
    request = {
        "do": "apply",
        "resources": [{**one._asdict(), "depends_on": list(one.depends_on)} for one in wanted],
        "principals": principals(declared),
        "only": declared.stacks if wish.stacks else None,
    }
    status = wire.ask(folder, request, hear)
    notes += _other_versions(declared, status)
    notes += (
        f"cache {one['name']} isn't started: memcached must be on PATH; install it, then run up again"
        for one in status["caches"]
        if one["status"] == "create-failed"
    )
    inputs = inputs._replace(lookup=answer, attributes=_attributes(status))
    return Brought(status, _by_stack(outputs(bundle, inputs, only=wish.stacks)), passwords, notes)


def _declared(bundle: Bundle, inputs: Inputs, stacks: Sequence[str], state: State) -> Declaration:
    """What the source declares.

    :raises TemplateError: ``MissingValues`` where several values are lacking; they are told at once.
    :raises ElastiCacheError: the first of any other errors, or the one value that is lacking.
    """
    lacking: list[ElastiCacheError] = []

    def refuse(error: ElastiCacheError, place: Place) -> None:
        del place
        if error.code not in (*LACKING, "SecretMissing"):
            raise error
        lacking.append(error)

    declared = declare(bundle, inputs, only=stacks, refuse=refuse)
    answer = secrets.lookup(state)  # those that the source declares have their values now
    references = (it for user in declared.users for word in user.passwords for it in word.references)
    lacking += (secrets.missing(it) for it in references if answer(it) is None)
    remedies = dict.fromkeys(error.remedy for error in lacking)
    if len(remedies) > 1:
        problem = f"source must be given each value that it needs here, got nothing for {len(remedies)}"
        raise TemplateError("MissingValues", problem, remedy="\n    ".join(["they are:", *remedies]))
    if lacking:
        raise lacking[0]
    return declared


def _refuse_unknown_rules(declared: Declaration) -> None:
    """Refuse what the engine would, rather than run a user with other rules than the declared ones."""
    for user in declared.users:
        try:
            AccessString.parse(user.access_string)
        except ElastiCacheError as error:
            error.construct_path = str(user.place)
            raise


_FIGURES = ("storage", "ecpu", "connections")


def _limits(declared: Declaration, limits: Mapping[str, Mapping[str, float]]) -> dict[str, dict[str, float]]:
    caches = [
        {"name": one.name, "arn": one.arn, "logical_id": one.place.logical_id, "path": one.place.path}
        for one in declared.caches
    ]
    found: dict[str, dict[str, float]] = {}
    for word, given in limits.items():
        for figure, value in given.items():
            _check_limit(figure, value)
        found.setdefault(named(word, caches, what="limit")["arn"], {}).update(given)
    return found


def _check_limit(figure: str, value: object) -> None:
    if figure not in _FIGURES:
        message = f"limit must be of {', '.join(_FIGURES)}, got {figure!r}"
        raise ValidationError("InvalidLimit", message, parameter="limit", value=figure)
    if not isinstance(value, int | float) or isinstance(value, bool) or not 1 <= value < float("inf"):
        message = f"limit of {figure} must be a number, at least 1, got {value!r}"
        raise ValidationError("InvalidLimit", message, parameter="limit", value=value)


def _attributes(status: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """What ``Fn::GetAtt`` gives for each cache that runs."""
    return {one["arn"]: dict(_attributes_of(one)) for one in status["caches"]}


def _attributes_of(cache: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, key in (("Endpoint", "endpoint"), ("ReaderEndpoint", "reader_endpoint")):
        if endpoint := cache[key]:
            yield f"{name}.Address", endpoint["address"]
            yield f"{name}.Port", str(endpoint["port"])
    yield "FullEngineVersion", cache["full_engine_version"]


def _by_stack(found: Iterable[Any]) -> dict[str, dict[str, str]]:
    tree: dict[str, dict[str, str]] = {}
    for one in found:
        tree.setdefault(one.stack, {})[one.key] = one.value
    return tree


def _notes(declared: Declaration) -> Iterator[str]:
    yield from (str(error) for _, error in declared.doubtful)
    yield from who_may_connect(declared)
    for value in declared.not_judged:
        if value.parameter:
            yield f"{value.place}: {value.parameter} has a stand-in here: {value.reason}"
    for cache in declared.caches:
        if cache.snapshot_arns_to_restore:
            yield f"cache {cache.name} starts empty: snapshots aren't restored here"
        if cache.snapshot_retention_limit:
            yield f"cache {cache.name}: its automatic backups are recorded, and not taken here"


def _other_versions(declared: Declaration, status: Mapping[str, Any]) -> Iterator[str]:
    """Where the engine that runs isn't the one that is declared."""
    running = {one["arn"]: (one["runs_on"], one["full_engine_version"]) for one in status["caches"]}
    for cache in declared.caches:
        kind, version = running.get(cache.arn, ("", ""))
        declared_as = cache.engine.engine_type, cache.engine.major_engine_version
        if kind and distance(kind, version, *declared_as):
            yield f"cache {cache.name}: {cache.engine} runs on {kind} {version} here"
