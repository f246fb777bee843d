"""What a user may do, as the constructs take it."""

from abc import ABC, abstractmethod
from functools import lru_cache

from ..errors import mask_text
from ..model.access_string import AccessString, Finding
from ..model.doubts import Doubt
from ..model.references import has_reference, mask_references
from . import arguments
from .first_pass import patient
from .tokens import is_known, is_literal


class AccessControl(ABC):
    """What a user may do: an access string, wherever it comes from.

    Subclass it to compute the string.
    """

    @staticmethod
    @patient
    def from_access_string(access_string: str | AccessString) -> "AccessControl":
        """Take an access string, such as ``on ~app:* +@read``; the template has it letter by letter.

        https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Clusters.RBAC.html#Access-string

        :param access_string: its text, or what :meth:`AccessString.build` made.
        :raises ArgumentTypeError: ``WrongType`` for anything else.
        :raises AccessStringError: for what every version of the service refuses.
        """
        text = access_string.text if isinstance(access_string, AccessString) else access_string
        check_access_string(text)
        return _Text(text)

    @property
    @abstractmethod
    def access_string(self) -> str:
        """The access string, as the template has it."""


class _Text(AccessControl):
    def __init__(self, access_string: str) -> None:
        self._access_string = access_string

    def __repr__(self) -> str:
        # Beside what has no value yet, a password isn't refused.
        return f"AccessControl.from_access_string({mask_text(self._access_string)!r})"

    @property
    def access_string(self) -> str:
        return self._access_string


def check_access_string(access_string: str) -> None:
    """Refuse an access string that every version of the service refuses. A token passes.

    :raises ArgumentTypeError: ``WrongType`` for anything but a ``str``.
    :raises AccessStringError: for what isn't an access string.
    """
    if not isinstance(access_string, str):
        raise arguments.wrong_type("access_string", "a str or an AccessString", access_string)
    if is_known(access_string):
        read_access(_judged(access_string))


def _judged(access_string: str) -> str:
    """What of an access string can be judged: each dynamic reference stands for some pattern, or for some rule."""
    return (
        " ".join(map(_judged_word, access_string.split(" ")))
        if has_reference(access_string)
        else access_string
    )


def _judged_word(word: str) -> str:
    if not has_reference(word) or word.lstrip("(")[:1] in {"~", "%", "&"}:
        return mask_references(word)
    rule = word.strip("()")
    return word.replace(rule, "+ping")


@lru_cache(maxsize=256)  # most apps give a few access strings to many users
def doubts_about_access(access_string: str) -> tuple[Doubt, ...]:
    """Tell of what the service is likely to refuse, and of rules that have no effect. A token is beyond doubt.

    Mere advice isn't told here: ``cdk-elasticache check`` gives it.
    """
    return tuple(
        Doubt(finding.id, finding.message, finding.remedy)
        for finding in _findings(access_string)
        if finding.severity == "error" or finding.no_effect
    )


def _findings(access_string: str) -> tuple[Finding, ...]:
    return read_access(access_string).findings() if is_literal(access_string) else ()


@lru_cache(maxsize=256)
def read_access(access_string: str) -> AccessString:
    """Read an access string.

    :raises AccessStringError: for what isn't an access string.
    """
    return AccessString.read(access_string)
