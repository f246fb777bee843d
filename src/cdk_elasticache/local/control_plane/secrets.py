"""Local values of secrets: given with ``secret set``, or made as the template tells Secrets Manager to.

A value leaves this room in two ways only: as the SHA-256 of a password, and through ``secret get``.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-secretsmanager-secret-generatesecretstring.html
"""

import json
import string
from collections.abc import Iterable, Mapping
from secrets import SystemRandom
from typing import Any

from ...model.passwords import FORBIDDEN
from ...template.declaration import Secret
from ...template.dynamic_references import DynamicReference, Lookup, member
from .faults import LocalError
from .state import State

_SUFFIX = 7  # a secret's ARN ends in a hyphen and six characters of Secrets Manager's own

#: ``GenerateSecretString``: the flag that leaves a kind out, and the characters of that kind.
_KINDS = (
    ("ExcludeLowercase", string.ascii_lowercase),
    ("ExcludeUppercase", string.ascii_uppercase),
    ("ExcludeNumbers", string.digits),
    ("ExcludePunctuation", string.punctuation),
)


def ensure(state: State, declared: Iterable[Secret]) -> list[str]:
    """Give each secret of a template a value, unless it has one. Return what the user should know, a line each.

    :raises LocalError: ``SecretMissing`` for one that refers to another without a value.
    """
    known = {name for name, _, _ in state.secrets()}
    notes = []
    for one in declared:
        if one.value is not None:  # the template's word counts each time
            state.put_secret(one.name, one.arn, one.value.reveal(lookup(state)))
        elif one.name not in known:
            rule = one.generate or {}
            state.put_secret(one.name, one.arn, generate(rule))
            if _may_be_unfit(rule):
                notes.append(
                    f"secret {one.name}: on AWS its generated value may hold one of {FORBIDDEN}, which ElastiCache "
                    "takes in no password; leave them out with ExcludeCharacters"
                )
    return notes


def generate(rule: Mapping[str, Any], random: SystemRandom | None = None) -> str:
    """A new secret string as ``GenerateSecretString`` asks, without characters that no password may hold.

    :param rule: the property, as the template has it. Default length: 32.
    """
    source = random or SystemRandom()
    kinds = _kinds(rule, str(rule.get("ExcludeCharacters", "")) + FORBIDDEN) or [string.ascii_letters]
    length = int(rule.get("PasswordLength", 32))
    each = (
        [source.choice(kind) for kind in kinds]
        if _flag(rule, "RequireEachIncludedType", default=True)
        else []
    )
    rest = [source.choice("".join(kinds)) for _ in range(length - len(each))]
    letters = [*each, *rest][:length]
    source.shuffle(letters)
    password = "".join(letters)
    if "GenerateStringKey" not in rule:
        return password
    return json.dumps(
        {**json.loads(rule.get("SecretStringTemplate", "{}")), rule["GenerateStringKey"]: password}
    )


def _kinds(rule: Mapping[str, Any], excluded: str) -> list[str]:
    kinds = [characters for flag, characters in _KINDS if not _flag(rule, flag)]
    kinds += [" "] if _flag(rule, "IncludeSpace") else []
    left = ("".join(one for one in kind if one not in excluded) for kind in kinds)
    return [kind for kind in left if kind]


def _flag(rule: Mapping[str, Any], name: str, *, default: bool = False) -> bool:
    value = rule.get(name, default)
    return value.lower() == "true" if isinstance(value, str) else bool(value)


def _may_be_unfit(rule: Mapping[str, Any]) -> bool:
    return any(one in "".join(_kinds(rule, str(rule.get("ExcludeCharacters", "")))) for one in FORBIDDEN)


def lookup(state: State) -> Lookup:
    """Answers dynamic references with local values; asks the database once."""
    rows = state.secrets()

    def answer(reference: DynamicReference) -> str | None:
        value = find(rows, reference.id)
        return member(value, reference.json_key) if value is not None and reference.json_key else value

    return answer


def find(rows: Iterable[tuple[str, str, str]], word: str) -> str | None:
    """The value of the secret that ``word``, its name or its ARN, means."""
    short = word.rpartition(":secret:")[2] if word.startswith("arn:") else word
    for name, arn, value in rows:
        if word in (name, arn) or (word.startswith("arn:") and name in (short, short[:-_SUFFIX])):
            return value
    return None


def missing(reference: DynamicReference | str) -> LocalError:
    """The error about a reference that nobody answers."""
    name = reference.id if isinstance(reference, DynamicReference) else reference
    member = reference.json_key if isinstance(reference, DynamicReference) else ""
    key = f" with the key {member}" if member else ""
    return LocalError(
        "SecretMissing",
        f"secret {name} must have a local value{key}, got none",
        remedy=f"give it: cdk-elasticache secret set {name}",
        parameter="secret",
        value=name,
    )
