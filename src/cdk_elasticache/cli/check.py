"""``cdk-elasticache check [SOURCE]``: everything the model has to say about what a source declares.

Nothing is started for a template or a cloud assembly; of a folder with a ``cdk.json`` the app is run. Values
that only a deployment has (parameters without a default, secrets) are taken to be right.
"""

import json
from collections.abc import Iterator
from signal import SIGTERM, default_int_handler, signal
from typing import TYPE_CHECKING, NamedTuple

from ..errors import ElastiCacheError
from ..model.access_string import AccessString
from ..template.declaration import Declaration, Place, User
from ..template.declare import declare
from ..template.inputs import Inputs
from ..template.load import load
from ..template.placeholders import Placeholder
from ..template.rules import warnings
from .output import escape_what_cannot_be_encoded, say, tell
from .source import add_cdk_validation

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

EXAMPLE = """\
examples:
  cdk-elasticache check
  cdk-elasticache check cdk.out --json

exit status: 0; 1 when there is an error or a warning, advice apart; 2 usage
"""

SEVERITIES = ("error", "warning", "advice")


class Finding(NamedTuple):
    """One line of the answer.

    :param id: of a finding or a warning, or the code of an error; stable.
    :param severity: ``error``: AWS refuses it; ``warning``: surely not meant; ``advice``.
    :param words: of the access string, those it is about.
    """

    stack: str
    path: str
    logical_id: str
    id: str
    severity: str
    message: str
    remedy: str = ""
    words: tuple[str, ...] = ()

    def __str__(self) -> str:
        place = self.path or self.logical_id
        remedy = f"; {self.remedy}" if self.remedy else ""
        return f"{self.stack}: {place}: {self.severity}: {self.message}{remedy} [{self.id}]"


def add_arguments(parser: "ArgumentParser") -> None:
    """Add what ``check`` takes."""
    parser.add_argument(
        "source",
        nargs="?",
        default=".",
        metavar="SOURCE",
        help="a template (JSON, YAML), a cloud assembly or a folder with a cdk.json; default: this folder",
    )
    add_cdk_validation(parser)
    parser.add_argument("--json", action="store_true", help="print a list of findings as JSON")


def run(options: "Namespace") -> int:
    """Print what was found.

    :raises TemplateError: a source that can't be read at all.
    """
    escape_what_cannot_be_encoded()
    signal(SIGTERM, default_int_handler)  # as Ctrl-C: an app that runs goes first
    declared, found = check(options.source, cdk_validation=options.cdk_validation)
    for note in declared.notes:
        tell(f"note: {note}")
    say(_as_json(found) if options.json else _as_text(declared, found))
    return int(any(finding.severity != "advice" for finding in found))


def check(source: str, *, cdk_validation: bool = False) -> tuple[Declaration, list[Finding]]:
    """Read a source; give what it declares and all that is to be said of it, the worst first.

    :param cdk_validation: let aws-cdk-lib check the templates of an app too.
    :raises TemplateError: a source that can't be read at all.
    """
    found: list[Finding] = []

    def refuse(error: ElastiCacheError, place: Place) -> None:
        found.append(_finding(place, error.code, "error", error.message))

    bundle = load(source, report=tell, cdk_validation=cdk_validation)
    declared = declare(bundle, Inputs(guess=True), refuse=refuse)
    found += (_finding(place, doubt.id, "warning", doubt.message) for place, doubt in warnings(declared))
    for user in declared.users:
        found += _about_access(user)
    return declared, sorted(found, key=lambda finding: SEVERITIES.index(finding.severity))


def _about_access(user: User) -> Iterator[Finding]:
    if isinstance(user.access_string, Placeholder):
        return  # known at deployment only
    rules = AccessString.read(user.access_string)
    engine = {} if isinstance(user.engine, Placeholder) else {"engine": user.engine}
    for one in rules.findings(user_name=user.name, **engine):
        yield _finding(user.place, one.id, one.severity, one.message, one.remedy, one.words)


def _finding(
    place: Place, id: str, severity: str, message: str, remedy: str = "", words: tuple[str, ...] = ()
) -> Finding:
    return Finding(place.stack, place.path, place.logical_id, id, severity, message, remedy, words)


def _as_json(found: list[Finding]) -> str:
    return json.dumps([finding._asdict() for finding in found], indent=2)


def _as_text(declared: Declaration, found: list[Finding]) -> str:
    things = [
        _count(len(declared.caches), "cache"),
        _count(len(declared.users), "user"),
        _count(len(declared.groups), "user group"),
    ]
    severities = [finding.severity for finding in found]
    counts = [_count(severities.count(name), name) for name in SEVERITIES if name in severities]
    summary = f"{', '.join(things)}: {', '.join(counts) or 'nothing to say'}"
    return "\n".join([*map(str, found), summary])


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 or noun == "advice" else f"{number} {noun}s"
