"""What a connection uses, in ECPUs, and when it may go on.

* A command costs one ECPU for each KB that it moves, request and reply together, at least one.
  https://aws.amazon.com/elasticache/pricing/
* At the maximum, requests wait; none is refused and none overtakes another. AWS documents latency, no error.

Replies are not read, so they cannot be told apart: bytes are counted for an *exchange*, all that goes either
way from one request until the client speaks again. For one command at a time, that is the exact cost.
"""


class Exchange:
    """The cost of what one connection does."""

    __slots__ = ("_bytes", "_charged", "_commands", "_replied")

    def __init__(self) -> None:
        self._commands = self._bytes = 0
        self._charged = 0.0
        self._replied = False

    def request(self, commands: int, size: int) -> float:
        """Bytes of requests came, with so many commands: what they cost."""
        if self._replied:
            self._commands = self._bytes = 0
            self._charged = 0.0
            self._replied = False
        self._commands += commands
        self._bytes += size
        return self._due()

    def reply(self, size: int) -> float:
        """Bytes of replies went out: what they cost beyond what was charged."""
        self._replied = True
        self._bytes += size
        return self._due()

    def _due(self) -> float:
        due = max(self._commands, self._bytes / 1024) - self._charged
        if due <= 0:
            return 0.0
        self._charged += due
        return due


class Bucket:
    """The budget of a cache: filled by the maximum each second, holding at most a second of it.

    A cost is known only afterwards, so the budget may fall below zero: then everybody waits until it is made
    good. Time is an argument, in seconds.

    :param rate: ECPUs a second; None for no limit.
    """

    def __init__(self, rate: float | None, now: float) -> None:
        self._rate = rate
        self._level = rate or 0.0
        self._then = now

    def set_rate(self, rate: float | None, now: float) -> None:
        """Change the maximum; what was spent stays spent."""
        self._fill(now)
        self._rate = rate
        self._level = min(self._level, rate or 0.0)

    def _fill(self, now: float) -> None:
        if self._rate is not None:
            self._level = min(self._rate, self._level + (now - self._then) * self._rate)
        self._then = now

    def spend(self, cost: float) -> None:
        """Take what was used."""
        self._level -= cost

    def wait(self, now: float) -> float:
        """Seconds until somebody may go on; 0 for now."""
        if self._rate is None:
            return 0.0
        self._fill(now)
        return 0.0 if self._level > 0 else max(-self._level / self._rate, 0.001)
