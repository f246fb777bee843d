"""What can be deployed, perhaps, and is likely a mistake: a warning, never an error."""

from typing import NamedTuple


class Doubt(NamedTuple):
    """One doubtful thing about a declaration.

    :param id: stable name, one of the warnings in docs/errors.md; the CDK acknowledges warnings by it.
    :param problem: what is doubtful.
    :param remedy: the way out; ``""`` where the problem says it already.
    """

    id: str
    problem: str
    remedy: str = ""

    @property
    def message(self) -> str:
        """The problem and its remedy."""
        return f"{self.problem}; {self.remedy}" if self.remedy else self.problem
