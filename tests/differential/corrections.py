"""Where ours differs from the alpha module on purpose: each difference once, as what it does to a template.

The numbers are rows of the table of corrections in docs/migrating.md. A correction takes a value of a template of
the alpha module, after its parts were corrected, and gives what ours has in its place.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from .building import Correction, Template

TYPES = ("serverlesscache", "user", "usergroup")


def dimension(value: Any) -> Any:
    """1: metrics arrive under ``clusterId``, the name in lower case."""
    if (
        isinstance(value, dict)
        and value.get("Name") == "ServerlessCacheName"
        and value.keys() == {"Name", "Value"}
    ):
        return {"Name": "clusterId", "Value": _lower(value["Value"])}
    return value


def dashboard_dimension(value: Any) -> Any:
    """1: so it is in the JSON text of a dashboard."""
    if isinstance(value, str) and '"ServerlessCacheName"' in value:
        return value.replace('"ServerlessCacheName"', '"clusterId"')
    return value


def built_arn(value: Any) -> Any:
    """3 and 6: an ARN made of a name has a colon before the name, and a literal name in lower case."""
    if not (isinstance(value, dict) and value.keys() == {"Fn::Join"}):
        return value
    separator, pieces = value["Fn::Join"]
    for index, piece in enumerate(pieces):
        for kind in TYPES:
            if separator == "" and isinstance(piece, str) and f":{kind}/" in piece and _is_arn(pieces):
                head, _, name = piece.partition(f":{kind}/")
                rest = [_lower(name) if index + 1 == len(pieces) else name]
                return {
                    "Fn::Join": [
                        "",
                        [*pieces[:index], f"{head}:{kind}:{''.join(rest)}", *pieces[index + 1 :]],
                    ]
                }
    return value


def arn_of_tokens(value: Any) -> Any:
    """3: an ARN that is known only at deployment is split at its colons: the name is the seventh field."""
    match value:
        case {"Fn::Select": [1, {"Fn::Split": ["/", {"Fn::Select": [5, {"Fn::Split": [":", arn]}]}]}]}:
            return {"Fn::Select": [6, {"Fn::Split": [":", arn]}]}
    return value


def corrected(templates: Mapping[str, Template], corrections: Sequence[Correction]) -> dict[str, Template]:
    """Give templates of the alpha module as they ought to be.

    A correction that finds nothing to correct is a mistake in the case.
    """
    for correction in corrections:
        before = templates
        templates = {name: _applied(correction, template) for name, template in templates.items()}
        assert templates != before, f"{correction.__name__} corrects nothing here"
    return dict(templates)


def _applied(correction: Correction, value: Any) -> Any:
    if isinstance(value, dict):
        value = {key: _applied(correction, item) for key, item in value.items()}
    elif isinstance(value, list):
        value = [_applied(correction, item) for item in value]
    return correction(value)


def _lower(value: Any) -> Any:
    """A literal in lower case; a token as it is."""
    return value.lower() if isinstance(value, str) else value


def _is_arn(pieces: list[Any]) -> bool:
    return isinstance(pieces[0], str) and pieces[0].startswith("arn:")
