"""``cdk-elasticache check [SOURCE]``: everything the model has to say about what a source declares.

Nothing is started for a template or a cloud assembly; of a folder with a ``cdk.json`` the app is run. Values
that only a deployment has (parameters without a default, secrets) are taken to be right, and named as not judged.
"""

import json
from collections.abc import Iterator, Mapping
from signal import SIGTERM, default_int_handler, signal
from typing import TYPE_CHECKING, NamedTuple

from ..errors import AccessStringError, ElastiCacheError
from ..model.access_string import AccessString
from ..model.doubts import Doubt
from ..template.declaration import Declaration, NotJudged, Place, User
from ..template.declare import declare
from ..template.inputs import Inputs
from ..template.load import load
from ..template.placeholders import Placeholder
from ..template.rules import warnings
from .output import escape_what_cannot_be_encoded, say, tell
from .source import add_cdk_validation, add_values

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

EXAMPLE = """\
examples:
  cdk-elasticache check
  cdk-elasticache check cdk.out --json
  cdk-elasticache check cdk.out --fail-on not-judged

exit status: 0; 1 when there is an error or a warning, or what --fail-on says; 2 usage
"""

SEVERITIES = ("error", "warning", "advice")
#: What ``--fail-on`` takes, the worst first: each includes those before it.
LEVELS = (*SEVERITIES, "not-judged")


class Finding(NamedTuple):
    """One line of the answer.

    :param id: code of an error, id of a warning or of a finding about an access string; stable.
    :param severity: ``error``: AWS refuses it; ``warning``: surely not meant; ``advice``.
    :param remedy: the way out; ``""`` where the message says it already.
    :param words: of the access string, those it is about.
    :param condition: the one that may leave the resource out, where only a deployment decides it; ``""`` elsewhere.
    """

    stack: str
    path: str
    logical_id: str
    id: str
    severity: str
    message: str
    remedy: str = ""
    words: tuple[str, ...] = ()
    condition: str = ""

    def __str__(self) -> str:
        place = ": ".join(filter(None, (self.stack, self.path or self.logical_id)))
        remedy = f"; {self.remedy}" if self.remedy else ""
        severity = f"{self.severity} if {self.condition}" if self.condition else self.severity
        return f"{place}{': ' if place else ''}{severity}: {self.message}{remedy} [{self.id}]"


class Report(NamedTuple):
    """All that is to be said of a source.

    :param findings: the worst first.
    """

    declared: Declaration = Declaration()
    findings: tuple[Finding, ...] = ()

    @property
    def counts(self) -> Mapping[str, int]:
        """How many resources there are, broken ones included, and how much is to be said, by kind."""
        severities = [finding.severity for finding in self.findings]
        return {
            **dict.fromkeys(_THINGS, 0),
            **self.declared.counts,
            "errors": severities.count("error"),
            "warnings": severities.count("warning"),
            "advice": severities.count("advice"),
            "not_judged": len(self.declared.not_judged),
        }

    def fails(self, level: str) -> bool:
        """Whether there is anything of a level, one of :data:`LEVELS`, or worse."""
        worse = LEVELS[: LEVELS.index(level) + 1]
        unknown = "not-judged" in worse and bool(self.declared.not_judged)
        return unknown or any(finding.severity in worse for finding in self.findings)


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
    add_values(parser)
    parser.add_argument("--json", action="store_true", help="print all that is said as one JSON object")
    parser.add_argument(
        "--fail-on",
        choices=LEVELS,
        default="warning",
        help="what makes the exit status 1: this and anything worse; default: warning",
    )


def run(options: "Namespace") -> int:
    """Print what was found.

    :raises TemplateError: a source that can't be read at all, but for ``--json``, which has it as a finding.
    """
    escape_what_cannot_be_encoded()
    signal(SIGTERM, default_int_handler)  # as Ctrl-C: an app that runs goes first
    try:
        report = check(
            options.source,
            cdk_validation=options.cdk_validation,
            parameters=dict(options.parameter),
            imports=dict(options.imports),
        )
    except ElastiCacheError as error:
        if not options.json:
            raise
        report = Report(findings=(_of_error(Place(stack="", logical_id="", path=""), error),))
    say(_as_json(report) if options.json else _as_text(report))
    return int(report.fails(options.fail_on))


def check(
    source: str,
    *,
    cdk_validation: bool = False,
    parameters: Mapping[str, str] | None = None,
    imports: Mapping[str, str] | None = None,
) -> Report:
    """Read a source; give what it declares and all that is to be said of it.

    :param cdk_validation: let aws-cdk-lib check the templates of an app too.
    :param parameters: values, by ``NAME`` or ``STACK:NAME``. Default: what has no default is taken to be right.
    :param imports: values of what no stack of the source exports, as ``up`` takes them.
    :raises TemplateError: a source that can't be read at all.
    """
    found: list[Finding] = []

    def refuse(error: ElastiCacheError, place: Place) -> None:
        found.append(_of_error(place, error))

    inputs = Inputs(parameters or {}, guess=True, imports=imports or {})
    bundle = load(source, report=tell, cdk_validation=cdk_validation)
    declared = declare(bundle, inputs, refuse=refuse)
    found += (_of_error(place, error, "warning") for place, error in declared.doubtful)
    found += (_of_doubt(place, doubt) for place, doubt in warnings(declared))
    for user in declared.users:
        found += _about_access(user)
    return Report(declared, tuple(sorted(found, key=lambda finding: SEVERITIES.index(finding.severity))))


def _about_access(user: User) -> Iterator[Finding]:
    if isinstance(user.access_string, Placeholder):
        return  # known at deployment only
    try:
        rules = AccessString.read(user.access_string)
    except AccessStringError:
        return  # refused already
    engine = {} if isinstance(user.engine, Placeholder) else {"engine": user.engine}
    for one in rules.findings(user_name=user.name, **engine):
        yield _finding(user.place, one.id, one.severity, one.message, one.remedy, one.words)


def _of_error(place: Place, error: ElastiCacheError, severity: str = "error") -> Finding:
    return _finding(place, error.code, severity, error.problem, error.remedy)


def _of_doubt(place: Place, doubt: Doubt) -> Finding:
    return _finding(place, doubt.id, "warning", doubt.problem, doubt.remedy)


def _finding(
    place: Place, id: str, severity: str, message: str, remedy: str = "", words: tuple[str, ...] = ()
) -> Finding:
    return Finding(
        place.stack, place.path, place.logical_id, id, severity, message, remedy, words, place.condition
    )


def _as_json(report: Report) -> str:
    answer = {
        "findings": [finding._asdict() for finding in report.findings],
        "not_judged": [
            {
                "stack": one.place.stack,
                "path": one.place.path,
                "logical_id": one.place.logical_id,
                "parameter": one.parameter,
                "reason": one.reason,
            }
            for one in report.declared.not_judged
        ],
        "notes": report.declared.notes,
        "counts": report.counts,
    }
    return json.dumps(answer, indent=2)


def _as_text(report: Report) -> str:
    counts = report.counts
    things = [_count(counts[name], *nouns) for name, nouns in _THINGS.items()]
    said = [_count(counts[name], *nouns) for name, nouns in _SAID.items() if counts[name]]
    summary = f"{', '.join(things)}: {', '.join(said) or 'nothing to say'}"
    unknown = map(_not_judged, report.declared.not_judged)
    notes = (f"note: {note}" for note in report.declared.notes)
    return "\n".join([*map(str, report.findings), *unknown, *notes, summary])


def _not_judged(one: NotJudged) -> str:
    what = f"{one.parameter}: " if one.parameter else ""
    return f"{one.place.stack}: {one.place.path or one.place.logical_id}: not judged: {what}{one.reason}"


#: What is counted: its name for one and for more.
_THINGS = {
    "caches": ("cache", "caches"),
    "users": ("user", "users"),
    "groups": ("user group", "user groups"),
}
_SAID = {
    "errors": ("error", "errors"),
    "warnings": ("warning", "warnings"),
    "advice": ("advice", "advice"),
    "not_judged": ("not judged", "not judged"),
}


def _count(number: int, one: str, more: str) -> str:
    return f"{number} {one if number == 1 else more}"
