"""Stand-in values: what resources of other services would be called, made up, the same at each run."""


class StandIn(str):
    """A made-up text. ``Fn::Select``, ``Fn::Split`` and ``Fn::Cidr`` go easy on it: its form isn't the real one."""

    __slots__ = ()


class StandIns(list[str]):
    """A list made from a made-up text: it has as many items as anybody asks for."""

    __slots__ = ()


def token(*names: str, length: int = 12) -> str:
    """A stamp of lower-case hexadecimal digits that depends on ``names`` alone."""
    from hashlib import sha256

    return sha256("\0".join(names).encode("utf-8", "surrogatepass")).hexdigest()[:length]
