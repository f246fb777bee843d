"""Random access strings and command lines, from a seed: every command of a table, every form of rule."""

from collections.abc import Iterator
from itertools import cycle
from random import Random

from cdk_elasticache.model.commands import CommandTable

PIECES = ["a", "b", "app", ":", "*", "?", "1", "[ab]", "[^a]", "[a-c]", "\\*", "[", "]", "^", "-", "\\", "é"]
ODD = ["\udcff", "\udc80", "(", ")", '"', "'", "|", "~", "%", "&", "@", "\xa0", "[a-]", "[^", "[c-a]"]
KEYS = ["a", "b", "ab", "app:1", "app", "1", "", "*", "é", "[", "\\", "abc", "aa", "b1", ")", "\udcff"]
ARGUMENTS = [*KEYS, "0", "2", "3", "-1", "10", "x", "STORE", "STREAMS", "GET", "SET", "BY", "LIMIT", "COUNT"]
ARGUMENTS += [
    "KEYS",
    "WITHSCORES",
    "MATCH",
    "AND",
    "NOT",
    "LEFT",
    "u8",
    "#0",
    "STOREDIST",
    "FROMLONLAT",
    "MIN",
]
ARGUMENTS += ["AUTH", "AUTH2", "REPLACE", "WEIGHTS", "NX", "EX", "GROUP", "BLOCK", "store", "streams", "Get"]

#: Commands whose keys or channels depend on their arguments.
TELLING = [
    "publish",
    "subscribe",
    "ssubscribe",
    "psubscribe",
    "unsubscribe",
    "spublish",
    "select",
    "set",
    "sort",
]
TELLING += ["eval", "fcall", "xread", "xreadgroup", "georadius", "bitfield", "zunionstore", "migrate", "mset"]


class Generator:
    """Strings and lines for one engine.

    :param newest: whether to make what older engines read otherwise: quotes in selectors, and a parenthesis
        that opens within an open one.
    """

    def __init__(self, seed: int, table: CommandTable, *, newest: bool = True) -> None:
        self.newest = newest
        self.odd = [piece for piece in ODD if newest or piece not in ("'", '"', "\udcff")]
        self.random = Random(seed)
        self.plain = sorted(name for name, command in table.commands.items() if not command.module)
        self.bare = [name for name in self.plain if "|" not in name and name not in table.containers]
        members = set(self.plain)
        self.categories = sorted(name for name, all_of in table.categories.items() if all_of & members)
        shuffled = self.random.sample(self.plain, len(self.plain))
        #: The commands that rules named, and those that lines ran.
        self.ruled: set[str] = set()
        self.run: set[str] = set()
        self._next_ruled = cycle(shuffled)
        self._next_run = cycle(reversed(shuffled))

    def chance(self, percent: float) -> bool:
        return self.random.random() * 100 < percent

    def text(self) -> str:
        """An access string; about every third is wrong somewhere."""
        words = [self.word() for _ in range(self.random.randint(1, 7))]
        if self.chance(25):
            words.insert(
                0, self.random.choice(["resetchannels", "allchannels", "resetkeys", "ResetChannels"])
            )
        if self.chance(50):  # so that more than one command in ten is allowed, and keys decide
            words.insert(
                len(words) // 2, self.random.choice(["+@all", "+@read", "+@write", "+@fast", "+@slow"])
            )
        if self.chance(30):
            words.append(self.selector())
        return " ".join(words)

    def word(self) -> str:
        kinds = [self.keyword, self.key, self.key, self.channel, self.command, self.command, self.category]
        kinds += [self.category] if not self.chance(4) else [self.garbage]
        return self.random.choice(kinds)()

    def selector(self) -> str:
        inner = [self.inner() for _ in range(self.random.randint(0, 4))]
        text = f"({' '.join(inner)})"
        return text[:-1] if self.chance(2) else text

    def inner(self) -> str:
        word = self.random.choice(
            [self.key, self.key, self.channel, self.command, self.category, self.reset]
        )()
        if self.newest and self.chance(15):
            quote = self.random.choice("\"'")
            word = f"{quote}{word}{quote}"
        elif self.newest and self.chance(5):
            word = '"' + "".join(f"\\x{byte:02x}" for byte in word.encode("utf-8", "surrogateescape")) + '"'
        return word

    def reset(self) -> str:
        return self.random.choice(["allkeys", "resetkeys", "allchannels", "resetchannels", "nocommands"])

    def keyword(self) -> str:
        words = ["on", "off", "ON", "allkeys", "resetkeys", "allchannels", "resetchannels", "allcommands"]
        words += ["nocommands", "NoCommands", "clearselectors"]
        rare = ["()", ")", "("] if self.newest else ["()", ")"]
        return self.random.choice(words if self.chance(95) else rare)

    def pattern(self) -> str:
        pieces = PIECES + self.odd if self.chance(20) else PIECES
        return "".join(self.random.choice(pieces) for _ in range(self.random.randint(0, 4)))

    def key(self) -> str:
        marks = ["~", "~", "~", "%R~", "%W~", "%RW~", "%wr~", "%r~", "%R", "%X~", "%", "%RR~"]
        mark = self.random.choice(marks[: 8 if self.chance(97) else 12])
        return mark + ("*" if self.chance(10) else self.pattern())

    def channel(self) -> str:
        return "&" + ("*" if self.chance(15) else self.pattern())

    def command(self) -> str:
        sign = self.random.choice("++-")
        if self.chance(7):
            argument = self.random.choice(["0", "x", "GET", "a", "é", "|", "x|y", ""])
            return f"{sign}{self.random.choice(self.bare)}|{argument}"
        name = next(self._next_ruled)
        self.ruled.add(name)
        if self.chance(3):
            name = name[:-1] + self.random.choice(["", "x", "|", "|get", "|help"])
        return sign + (name.upper() if self.chance(10) else name)

    def category(self) -> str:
        name = self.random.choice(
            [*self.categories, "all"] if self.chance(96) else ["raed", "", "ALL", "reads"]
        )
        return self.random.choice("++-") + "@" + (name.upper() if self.chance(10) else name)

    def garbage(self) -> str:
        return self.random.choice(
            ["bogus", "get", "on1", "+", "-", "+@", "(on)", "((~a))", "*", "~", "&", "%~a"]
        )

    def line(self) -> list[bytes]:
        """A command line; most have a number of arguments that the command takes."""
        name = self.random.choice(TELLING) if self.chance(15) else next(self._next_run)
        self.run.add(name)
        words = name.split("|")
        if self.chance(1):
            words = [words[0] + "x", "y"]
        count = self.random.randint(0, 6)
        words += [self.random.choice(KEYS if self.chance(50) else ARGUMENTS) for _ in range(count)]
        return [word.encode("utf-8", "surrogateescape") for word in words]

    def lines(self, count: int, arity: dict[str, int]) -> Iterator[list[bytes]]:
        """Lines, padded to a number of words that the server answers about, nearly always."""
        for _ in range(count):
            line = self.line()
            full = b"|".join(line[:2]).decode("utf-8", "replace")
            wanted = arity.get(full, arity.get(line[0].decode("utf-8", "replace"), 1))
            if not self.chance(3):
                while len(line) < abs(wanted):
                    line.append(self.random.choice(KEYS).encode("utf-8", "surrogateescape"))
                if wanted > 0:
                    del line[wanted:]
            yield line
