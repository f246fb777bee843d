"""What whoever reads a source knows and the templates don't."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from .declaration import Secret
from .dynamic_references import DynamicReference, Lookup

#: The codes of errors that a value from the caller mends.
LACKING = ("MissingParameter", "NestedTemplateMissing", "UnresolvedDynamicReference", "UnresolvedImport")


def _unknown(reference: DynamicReference) -> None:
    del reference


def _as_declared(secret: Secret) -> None:
    del secret


class Inputs(NamedTuple):
    """Values from the caller.

    :param parameters: values of parameters, by ``NAME`` or ``STACK:NAME``; the latter wins.
    :param imports: values of ``Fn::ImportValue`` by the name of the export, of ``Fn::GetStackOutput`` by
        ``STACK.OUTPUT``, of what AWS alone makes by ``NAME`` or ``NAME.ATTRIBUTE``. They win over what the source has.
    :param lookup: answers dynamic references and SSM-typed parameters. Default: nothing is known.
    :param keep: gives a secret that is declared its value, when something first refers to it, and returns it.
        Default: there is none but what the template says.
    :param guess: take a stand-in for a parameter, a reference or an import without a value instead of refusing
        it: for checks, which have none.
    :param attributes: values of ``Fn::GetAtt`` that only the runtime knows, by the cache's ARN. Default:
        ``localhost`` and the engine's port as endpoint.
    """

    parameters: Mapping[str, str] = {}
    lookup: Lookup = _unknown
    keep: Callable[[Secret], str | None] = _as_declared
    guess: bool = False
    attributes: Mapping[str, Mapping[str, str]] = {}
    imports: Mapping[str, str] = {}
