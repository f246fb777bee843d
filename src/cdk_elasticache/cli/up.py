"""``cdk-elasticache up``: run what a source declares."""

import signal
import sys
from functools import partial

from cdk_elasticache.cli.output import flush, in_a_line, say, tell
from cdk_elasticache.cli.runtime import named_folder, print_json
from cdk_elasticache.cli.source import add_cdk_validation, add_values, pair
from cdk_elasticache.cli.terminal import GREEN, RED, Progress, coloured

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Mapping
    from pathlib import Path
    from typing import Any

    from cdk_elasticache.local.control_plane.bring_up import Brought, Runtime

EXAMPLE = """\
examples:
  cdk-elasticache up                          this folder's CDK app; Ctrl-C stops everything
  cdk-elasticache up cdk.out --detach
  cdk-elasticache up template.yaml --parameter Stage=dev --limit orders:storage=64MB,ecpu=5000

Run again, it applies the difference: what hasn't changed goes on, its clients connected.
"""

_UNITS = {"KB": 1024, "MB": 1024**2, "GB": 1024**3}
_FIGURES = ("storage", "ecpu", "connections")


def add_arguments(parser: "ArgumentParser") -> None:
    """Add what ``up`` takes."""
    parser.add_argument(
        "source",
        nargs="?",
        default=".",
        metavar="SOURCE",
        help="template, cloud assembly or CDK app's folder",
    )
    add_cdk_validation(parser)
    parser.add_argument(
        "--state", metavar="DIR", help="the state folder; default: .cdk-elasticache beside SOURCE"
    )
    parser.add_argument("--detach", action="store_true", help="return when every cache answers")
    parser.add_argument("--outputs-file", metavar="FILE", help="write the outputs as cdk deploy does")
    parser.add_argument("--json", action="store_true", help="print the status as JSON when all is up")
    add_values(parser)
    parser.add_argument(
        "--stack",
        action="append",
        default=[],
        metavar="NAME",
        help="only this one and those it depends on; the others stay as they are",
    )
    parser.add_argument("--region", metavar="R", help="of stacks that name none; default: us-east-1")
    parser.add_argument("--account", metavar="N", help="of stacks that name none; default: 000000000000")
    parser.add_argument(
        "--limit",
        action="append",
        default=[],
        type=_limit,
        metavar="CACHE:FIGURE=N",
        help="lower a cache's limit here: storage=64MB, ecpu=5000 or connections=10",
    )


def _limit(text: str) -> tuple[str, dict[str, float]]:
    cache, colon, figures = text.rpartition(":")
    if not cache or not colon:
        raise ValueError(text)
    given = dict(pair(one) for one in figures.split(","))
    if set(given) - set(_FIGURES):
        raise ValueError(text)
    return cache, {name: _number(value) for name, value in given.items()}


_limit.__name__ = "CACHE:FIGURE=N"


def _number(text: str) -> float:
    unit = _UNITS.get(text[-2:].upper())
    number = float(text[:-2]) * unit if unit else float(text)
    if not 1 <= number < float("inf"):
        raise ValueError(text)
    return number


def run(options: "Namespace") -> int:
    """Bring it up; in the foreground, stay until told to stop.

    :raises ElastiCacheError: why it can't run; what ran before still runs, or is stopped as before.
    """
    _stop_when_told()
    from cdk_elasticache.local.control_plane.bring_up import (  # noqa: PLC0415
        Wish,
        bring_up,
        default_folder,
        start_or_join,
    )
    from cdk_elasticache.local.control_plane.folder import remove_unused  # noqa: PLC0415
    from cdk_elasticache.local.control_plane.state import holder  # noqa: PLC0415
    from cdk_elasticache.template.bundle import Target  # noqa: PLC0415
    from cdk_elasticache.template.load import kind_of  # noqa: PLC0415

    kind_of(options.source)  # where there is none, no state folder is to be made beside it
    folder = named_folder(options.state) if options.state else default_folder(options.source)
    limits: dict[str, dict[str, float]] = {}
    for cache, given in options.limit:
        limits.setdefault(cache, {}).update(given)
    target = Target(options.region, options.account)
    parameters = dict(options.parameter)
    wish = Wish(
        options.source,
        parameters,
        options.stack,
        target,
        limits,
        options.cdk_validation,
        dict(options.imports),
    )
    is_new = not folder.exists()
    runtime = start_or_join(folder, detached=options.detach, say=tell)
    up = False
    try:
        with Progress("reading and starting") as progress:
            hear = partial(_show_event, progress)
            brought = bring_up(folder, wish, runtime, hear=hear, report=progress.say)
        if options.outputs_file:
            _write_outputs(brought.outputs, options.outputs_file)
        up = True
        _show(brought, as_json=options.json)
        if runtime and not options.detach:
            _stay(runtime, folder)
    except KeyboardInterrupt:
        tell("stopping" if runtime else "interrupted; the change goes on in the runtime")
    finally:
        if runtime and up and options.detach:
            runtime.release()
        elif runtime:
            runtime.stop()
            if is_new and not up and holder(folder) is None:  # else another up was quicker
                remove_unused(folder)
    return 0 if up else 1


def _stop_when_told() -> None:
    """What we started goes before us, at SIGTERM and at the end of the terminal too, unless under ``nohup``."""
    every = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    told = [one for one in every if signal.getsignal(one) != signal.SIG_IGN]

    def stop(*_: object) -> None:
        for one in told:
            signal.signal(one, signal.SIG_IGN)  # we are about it already
        raise KeyboardInterrupt

    for one in told:
        signal.signal(one, stop)


def _show_event(progress: Progress, answer: "Mapping[str, Any]") -> None:
    from cdk_elasticache.local.control_plane.apply import Event  # noqa: PLC0415

    event = Event(**answer["event"])
    colour = RED if event.status.endswith("FAILED") else GREEN if event.status.endswith("COMPLETE") else ""
    status = f"| {event.status}"
    progress.say(in_a_line(str(event)).replace(status, coloured(status, colour, sys.stderr), 1))


def _show(brought: "Brought", *, as_json: bool) -> None:
    """Say what came of it."""
    for note in brought.notes:
        tell(f"note: {note}")
    if as_json:
        print_json(brought.status)
    else:
        from cdk_elasticache.cli.status import table  # noqa: PLC0415

        say("\n".join(table(brought.status)))
    flush()


def _write_outputs(outputs: "Mapping[str, Mapping[str, str]]", path: str) -> None:
    """As ``cdk deploy --outputs-file`` does, which makes the file's folder too."""
    import json  # noqa: PLC0415
    from pathlib import Path  # noqa: PLC0415

    from cdk_elasticache.local.control_plane.faults import LocalError  # noqa: PLC0415

    text = json.dumps(outputs, indent=2, ensure_ascii=False) + "\n"
    try:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_text(text, encoding="utf-8")
    except OSError as error:
        message = f"outputs file must be writable, got {error.strerror!r} for {path}"
        raise LocalError("OutputsNotWritten", message, parameter="outputs_file", value=path) from error


def _stay(runtime: "Runtime", folder: "Path") -> None:
    """Show the log until Ctrl-C, SIGTERM, ``down``, or the runtime's own end."""
    from cdk_elasticache.cli.logs import line  # noqa: PLC0415
    from cdk_elasticache.local.control_plane import wire  # noqa: PLC0415
    from cdk_elasticache.local.control_plane.faults import LocalError  # noqa: PLC0415

    def show(answer: "Mapping[str, Any]") -> None:
        tell(line(answer["entry"]) if "entry" in answer else "running; Ctrl-C stops it")

    try:
        wire.ask(folder, {"do": "watch"}, show)
    except LocalError:
        if runtime.wait() != 0:
            raise
    tell("stopped by another command")
