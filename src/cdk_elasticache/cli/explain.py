"""``cdk-elasticache explain``: what an access string allows."""

import sys

from cdk_elasticache.cli.output import escape_what_cannot_be_encoded, say, tell
from cdk_elasticache.cli.runtime import print_json
from cdk_elasticache.cli.terminal import CYAN, GREEN, RED, YELLOW, coloured
from cdk_elasticache.errors import ValidationError
from cdk_elasticache.model.access_string import AccessString
from cdk_elasticache.model.commands import table
from cdk_elasticache.model.commands.table import TABLES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterator

    from cdk_elasticache.model.access_string.findings import Finding
    from cdk_elasticache.model.access_string.summary import ScopeSummary

EXAMPLE = """\
examples:
  cdk-elasticache explain 'on ~app:* +@read -@dangerous'
  cdk-elasticache explain 'on ~app:* +@read' --allows SET app:1 v

exit status: 0; 1 when --allows is denied, or the string holds what the engine refuses; 2 usage
"""

#: How many commands are named before the rest is counted.
_NAMED = 12

_WIDTH = 100

_COLOURS = {"error": RED, "warning": YELLOW, "advice": CYAN, "allowed": GREEN, "denied": RED}


def add_arguments(parser: "ArgumentParser") -> None:
    """Add what ``explain`` takes."""
    parser.add_argument("access_string", metavar="ACCESS_STRING", help="such as 'on ~app:* +@read'")
    parser.add_argument(
        "--allows", nargs="+", metavar=("COMMAND", "ARGUMENT"), help="decide about a command line"
    )
    parser.add_argument("--engine", default="valkey", choices=TABLES, help="default: the newest Valkey")
    parser.add_argument(
        "--user-name", default="", metavar="NAME", help="the user's name; 'default' is special"
    )
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(options: "Namespace") -> int:
    """Explain, or decide.

    :raises AccessStringError: the string is none, in every version.
    """
    escape_what_cannot_be_encoded()
    made = AccessString.read(options.access_string)
    return _decide(made, options) if options.allows else _explain(made, options)


def _decide(made: AccessString, options: "Namespace") -> int:
    command, *args = options.allows
    try:
        decision = made.allows(command, *args, engine=options.engine)
    except ValidationError as error:  # no command line at all: the question is wrong, not the string
        tell(f"cdk-elasticache: {error}")
        return 2
    if options.json:
        print_json(decision._asdict())
    else:
        say(f"{_colour('allowed' if decision else 'denied')}: {_printable(decision.reason)}")
    return 0 if decision else 1


def _explain(made: AccessString, options: "Namespace") -> int:
    findings = made.findings(user_name=options.user_name, engine=options.engine)
    if options.json:
        summary = made.summary(options.engine)
        scopes = [scope._asdict() for scope in summary.scopes]
        listed = [{**finding._asdict(), "text": str(finding)} for finding in findings]
        print_json({**summary._asdict(), "text": str(made), "scopes": scopes, "findings": listed})
    else:
        for line in _lines(made, options.engine, findings):
            say(_printable(line))
    return 1 if any(finding.severity == "error" for finding in findings) else 0


def _lines(made: AccessString, engine: str, findings: "tuple[Finding, ...]") -> "Iterator[str]":
    commands, summary = table(engine), made.summary(engine)
    yield f"{'engine':<12}{commands.server} {commands.version}, as ElastiCache Serverless runs it"
    yield f"{'state':<12}{'on: may log in' if summary.enabled else 'off: cannot log in'}"
    for scope in summary.scopes:
        if scope.number:
            yield ""
            yield f"or, by selector {scope.number}"
        yield from _scope_lines(scope)
    if findings:
        yield ""
    for finding in findings:
        yield f"{_colour(finding.severity)}: {finding}"


def _scope_lines(scope: "ScopeSummary") -> "Iterator[str]":
    modes = (("keys", scope.keys), ("read keys", scope.read_keys), ("write keys", scope.write_keys))
    for name, patterns in modes:
        if patterns or (name == "keys" and not scope.read_keys and not scope.write_keys):
            yield from _wrapped(name, [_pattern(each) for each in patterns] or ["none"])
    yield from _wrapped("channels", [_pattern(each) for each in scope.channels] or ["none"])
    yield from _wrapped("categories", [f"@{name}" for name in scope.whole] or ["none wholly"])
    partly = [f"@{name} {has}/{of}" for name, has, of in scope.partly]
    if partly:
        yield from _wrapped("  partly", partly)
    count = f"{len(scope.commands)} of {len(scope.commands) + len(scope.denied)}"
    if len(scope.commands) > len(scope.denied) > 0:
        yield from _wrapped("commands", [f"{count}, all but {scope.denied[0]}", *_few(scope.denied)[1:]])
    else:
        yield from _wrapped("commands", [count, *_few(scope.commands)])
    if scope.arguments:
        yield from _wrapped("  with", list(scope.arguments))


def _few(names: tuple[str, ...]) -> list[str]:
    more = [f"and {len(names) - _NAMED} more"] if len(names) > _NAMED else []
    return [*names[:_NAMED], *more]


def _pattern(text: str) -> str:
    return "every one" if text == "*" else text or "''"


def _wrapped(name: str, parts: list[str]) -> "Iterator[str]":
    """Parts, in as many lines as they need."""
    line = f"{name:<12}{parts[0]}"
    for part in parts[1:]:
        if len(line) + len(part) + 2 > _WIDTH:
            yield line + ","
            line = f"{'':<12}{part}"
        else:
            line += f", {part}"
    yield line


def _colour(word: str) -> str:
    return coloured(word, _COLOURS[word], sys.stdout)


def _printable(text: str) -> str:
    """Odd bytes, which no terminal shows, as escapes."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
