"""Stand-in values: what resources of other services would be called, made up, the same at each run."""


class Placeholder(str):
    """A made-up text. ``Fn::Select``, ``Fn::Split`` and ``Fn::Cidr`` go easy on it: its form isn't the real one."""

    __slots__ = ()


class PlaceholderList(list[str]):
    """A list made from a made-up text: it has as many items as anybody asks for."""

    __slots__ = ()


def token(*names: str, length: int = 12) -> str:
    """A stamp of at most 32 lower-case hexadecimal digits that depends on ``names`` alone.

    It is the 128-bit FNV-1a hash: nothing secret hangs on it, and importing a stronger one costs a quarter of a
    Python start.
    """
    value = 0x6C62272E07BB014262B821756295C58D
    for byte in "\0".join(names).encode("utf-8", "surrogatepass"):
        value = (value ^ byte) * 0x1000000000000000000013B % 2**128
    return f"{value:032x}"[:length]
