"""Placeholders: values that nobody knows before a deployment, made up, the same at each run."""

from collections.abc import Iterable


class Placeholder(str):
    """A made-up text. ``Fn::Select``, ``Fn::Split`` and ``Fn::Cidr`` go easy on it: its form isn't the real one.

    :param reason: why nobody knows it, such as ``parameter Env has no value``; ``""`` for the name of a resource of
        another service, of which the form at least is known.
    """

    __slots__ = ("reason",)

    reason: str

    def __new__(cls, text: str, reason: str = "") -> "Placeholder":
        """Make one."""
        made = super().__new__(cls, text)
        made.reason = reason
        return made


class PlaceholderList(list[str]):
    """A list made from a placeholder: it has as many items as anybody asks for, and at least one here."""

    __slots__ = ()


class PlaceholderNumber(float):
    """A made-up number: no bound applies to it."""

    __slots__ = ()

    def __str__(self) -> str:
        return "unknown"


def stand_in(reason: str, *names: str) -> Placeholder:
    """A made-up text that is like no text of a template, the same wherever ``names`` are.

    :param names: what it stands for, such as a parameter's stack and name.
    """
    return Placeholder(f"standin-{token(*names)}", reason)


def list_like(value: Placeholder) -> PlaceholderList:
    """A list of which nothing is known, the reason that of ``value``."""
    return PlaceholderList([value])


def derived(text: str, sources: Iterable[object]) -> str:
    """A text made of ``sources``: a placeholder where one of them is, for the reason that one of them has."""
    made_up = [source for source in sources if isinstance(source, Placeholder)]
    if not made_up:
        return text
    return Placeholder(text, next((source.reason for source in made_up if source.reason), ""))


def token(*names: str, length: int = 12) -> str:
    """A stamp of at most 32 lower-case hexadecimal digits that depends on ``names`` alone.

    It is the 128-bit FNV-1a hash: nothing secret hangs on it, and importing a stronger one costs a quarter of a
    Python start.
    """
    value = 0x6C62272E07BB014262B821756295C58D
    for byte in "\0".join(names).encode("utf-8", "surrogatepass"):
        value = (value ^ byte) * 0x1000000000000000000013B % 2**128
    return f"{value:032x}"[:length]
