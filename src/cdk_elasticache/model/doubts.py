"""What can be deployed, perhaps, and is likely a mistake: a warning, never an error."""

from typing import NamedTuple


class Doubt(NamedTuple):
    """One doubtful thing about a declaration.

    :param id: stable name, one of the warnings in docs/errors.md; the CDK acknowledges warnings by it.
    :param message: what is doubtful, and the way out.
    """

    id: str
    message: str
