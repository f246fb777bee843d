"""What a user may do, as the constructs take it."""

from abc import ABC, abstractmethod

from ..errors import ValidationError
from .arguments import check_required_text


class AccessControl(ABC):
    """What a user may do: an access string, wherever it comes from.

    Subclass it to compute the string.
    """

    @staticmethod
    def from_access_string(access_string: str) -> "AccessControl":
        """Take an access string as the template shall have it, such as ``on ~app:* +@read``.

        https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Clusters.RBAC.html#Access-string

        :raises ArgumentTypeError: ``WrongType`` for anything but a ``str``.
        :raises ValidationError: ``EmptyAccessString``.
        """
        check_access_string(access_string)
        return _AccessString(access_string)

    @property
    @abstractmethod
    def access_string(self) -> str:
        """The access string, as the template has it."""


class _AccessString(AccessControl):
    def __init__(self, access_string: str) -> None:
        self._access_string = access_string

    @property
    def access_string(self) -> str:
        return self._access_string


def check_access_string(access_string: str) -> None:
    """Refuse an access string that every version of the service refuses.

    :raises ArgumentTypeError: ``WrongType`` for anything but a ``str``.
    :raises ValidationError: ``EmptyAccessString``.
    """
    check_required_text("access_string", access_string)
    if not access_string.strip():
        raise ValidationError(
            "EmptyAccessString",
            f"access_string must not be blank, got {access_string!r}; write 'off -@all' for a user who may do nothing",
            parameter="access_string",
            value=access_string,
        )
