"""One client's connection: what of it reaches the engine, and what of the answers reaches the client.

Everything that is answered is answered by the engine, in its order and, for errors, in its words. Where we
need a word in between, we send a *marker*, which the engine refuses with an error that names a secret number:

* in place of a command, one that no engine has. Its "unknown command" stands in the right place of the replies,
  aborts a transaction, stays silent under CLIENT REPLY OFF, and is ours to replace: by the error of a refused
  command, by MOVED at the reader port. Who has not signed in gets NOAUTH.
* before a command whose reply is to be rewritten, a HELLO with an option that it doesn't have: everybody may
  say HELLO, signed in or not, and a refused one changes nothing.

Rule 1: no socket, clock or thread. Bytes in, bytes out.
Rule 2: who may enter is not decided here: ``admit`` says with which password an IAM user goes on.
Rule 3: replies are looked at only while a marker is out.
"""

import secrets
from binascii import crc_hqx
from collections import deque
from collections.abc import Callable
from functools import partial

from ...model.commands import Command as Known
from . import views
from .plain import KEY, WORDS
from .replies import Reply, read
from .resp import Begin, Broken, Command, Item, Rest, Scanner, encode
from .rules import SCRIPT, WATCHED, Rules
from .views import View

#: Takes the name and the token of an IAM user; returns the password to send to the engine.
Admit = Callable[[bytes, bytes], bytes]
#: Told when the engine took an AUTH: who it is, and whether they are an IAM user.
SignedIn = Callable[[bytes, bool], None]

#: What stands before the mark in the engine's errors.
_UNKNOWN, _OPTION = b"-ERR unknown command '", b"-ERR Syntax error in HELLO option '"
_SCRIPTS = {"eval": 1, "eval_ro": 1, "script|load": 2}
#: The flushes of keys, as on Serverless; that of scripts, whose answer couldn't be found among those of EXEC.
NOT_IN_MULTI = ("flushall", "flushdb", "script|flush")
#: Commands that the engine takes without arguments only.
_ALONE = ("multi", "exec", "discard", "reset", "unwatch", "readonly", "readwrite")


class Gate:
    """The state of one connection.

    :param rules: of the cache; may be replaced at any time.
    :param admit: judges the tokens of IAM users.
    :param signed_in: told of each successful AUTH or HELLO.
    :param reader: it came in at the reader port.
    :param nonce: the secret number of its markers. Default: 64 random bits.
    """

    def __init__(
        self, rules: Rules, *, admit: Admit, signed_in: SignedIn, reader: bool = False, nonce: str = ""
    ) -> None:
        self.rules = rules
        self._admit, self._signed_in = admit, signed_in
        self._reader = reader
        self._scanner = Scanner()
        self._between = True  # two commands: the scanner holds nothing
        self._mark = f"__{nonce or secrets.token_hex(8)}:".encode()
        self._number = 0
        self._out: deque[tuple[int, bytes | View]] = deque()  # markers: their number, what to make of them
        self._view: View | None = None  # for the next reply
        self._held = b""  # the end of the replies that may be a marker's beginning
        self._known = rules.signed_in  # somebody has signed in, or need not
        self._readonly = False  # at the reader port: READONLY was said
        self._in_multi = False
        self._watched = self._slot = 0  # how many keys are watched, and their slot
        self._astray = False  # a command of the transaction has keys of another slot
        self._subscribed = self._resp3 = False
        self._off = self._skip = self._muted = False  # CLIENT REPLY
        self._swallow = False  # the rest of a long command goes nowhere

    # Requests

    def receive(self, data: bytes) -> list[tuple[bytes, int]]:
        """Take bytes from the client; return what to send to the engine, with its number of commands, in pieces."""
        if self._between and not self._reader and not self._skip and not self._watched:
            count = self.rules.plain.count(data)
            if 0 < count <= self.rules.piece:
                return [(data, count)]
        pieces, raw, count = [], [], 0
        for item in self._scanner.feed(data):
            raw.append(self._item(item))
            count += not isinstance(item, Rest)
            if count >= self.rules.piece:
                pieces.append((b"".join(raw), count))
                raw, count = [], 0
        if raw:
            pieces.append((b"".join(raw), count))
        self._between = self._scanner.idle
        return pieces

    def _item(self, item: Item) -> bytes:
        if isinstance(item, Command | Begin):
            self._swallow = False
            return self._command(item)
        if not self._swallow:
            return item.raw
        # A broken command of which the engine saw nothing: break it there in its first line.
        return b"*x\r\n" if isinstance(item, Broken) else b""

    def _command(self, item: Command | Begin) -> bytes:
        """What goes to the engine for a command: itself, another form of it, or a marker."""
        self._muted, self._skip = self._off or self._skip, False
        if not item.words:  # a name of 64 KB: not one that the engine has
            return item.raw
        name, known = self._name(item.words)
        error = self._error(item, name, known)
        if error:
            return self._instead(error)
        if self.rules.refuses(name):
            return self._refuse(item.words, name)
        if self._reader and (raw := self._at_reader(item, name, known)):
            return raw
        if self._watched and self._in_multi and known:
            self._astray |= self._elsewhere(item, known)
        follow = _FOLLOW.get(name)
        if follow is None or (name in _ALONE and len(item.words) > 1):  # the engine refuses more words
            return item.raw
        return follow(self, item)

    def _name(self, words: list[bytes]) -> tuple[str, Known | None]:
        known = self.rules.table.find(words)
        if known:
            return known.name, known
        first = words[0].lower().decode("latin-1")
        if first in self.rules.table.containers and len(words) > 1:
            return f"{first}|{words[1].lower().decode('latin-1')}", None
        return first, None

    def _error(self, item: Command | Begin, name: str, known: Known | None) -> bytes:
        """The error of a command that is too much; empty where it isn't."""
        words = item.words
        count = item.count if isinstance(item, Begin) else len(words)
        if count > WORDS:
            return b"-ERR too many arguments: a request has at most %d, got %d" % (WORDS, count)
        if isinstance(item, Begin) and _SCRIPTS.get(name) == len(words) and item.coming > SCRIPT:
            return b"-ERR script too long: at most %d bytes, got %d" % (SCRIPT, item.coming)
        if known and self._has_long_name(item, known):
            return b"-ERR key or channel name too long: at most %d bytes" % KEY
        if self._in_multi and name in NOT_IN_MULTI:
            return b"-ERR Command not allowed inside a transaction"
        if name == "watch" and self._watched + count - 1 > WATCHED:
            return b"-ERR too many watched keys: at most %d" % WATCHED
        if name == "watch" and known and self._watched and self._elsewhere(item, known):
            return b"-" + views.CROSS_SLOT
        if name == "scan" and self._watched:
            return b"-ERR SCAN: command not supported during watch state"
        return b""

    def _has_long_name(self, item: Command | Begin, known: Known) -> bool:
        words = item.words
        coming = item.coming if isinstance(item, Begin) else 0
        if coming <= KEY and max(map(len, words)) <= KEY:
            return False
        if isinstance(item, Begin):  # words still to come count as empty, the next one as long as need be
            words = [*words, b"\0" * min(coming, KEY + 1), *[b""] * (item.count - len(words) - 1)]
        names = [use.key for use in known.keys(words)] + [use.channel for use in known.channels(words)]
        return max(map(len, names), default=0) > KEY

    def _elsewhere(self, item: Command | Begin, known: Known) -> bool:
        """Its keys are not of the slot of those that are watched."""
        return any(use.key and slot(use.key) != self._slot for use in known.keys(_padded(item))[:1])

    def _refuse(self, words: list[bytes], name: str) -> bytes:
        if self.rules.refuses_part(name):
            part = words[1][:128].replace(b"\r", b" ").replace(b"\n", b" ")
            return self._instead(b"-ERR unknown subcommand '%b'. Try %b HELP." % (part, words[0].upper()))
        return self._instead(b"", words)

    def _instead(self, error: bytes, words: list[bytes] | None = None) -> bytes:
        """A marker in place of the command: its answer is the error line, or the engine's own about ``words``."""
        self._swallow = True
        mark = self._marker(error)
        return encode([mark + words[0], *words[1:]] if words else [mark])

    def _viewed(self, view: View, raw: bytes) -> bytes:
        """The command, its reply to be rewritten where it can be."""
        return encode([b"HELLO", b"2", self._marker(view)]) + raw if self._can_view else raw

    @property
    def _can_view(self) -> bool:
        """The next reply isn't silent, nor comes with EXEC; and who listens to channels in RESP2 may not say
        HELLO, nor any command whose reply we rewrite.
        """
        return not (self._muted or self._in_multi or (self._subscribed and not self._resp3))

    def _marker(self, then: bytes | View) -> bytes:
        self._number += 1
        self._out.append((self._number, then))
        return b"%b%d:" % (self._mark, self._number)

    # What a command means to us

    def _auth(self, item: Command | Begin) -> bytes:
        words = item.words
        if isinstance(item, Begin) or len(words) not in (2, 3):
            return item.raw
        return self._sign_in(words, len(words) - 2)

    def _hello(self, item: Command | Begin) -> bytes:
        words = item.words
        if self._muted and len(words) > 1:
            self._resp3 = words[1] == b"3"
        if isinstance(item, Begin):
            return item.raw
        at = _name_in_hello(words)
        return self._sign_in(words, at) if at else self._viewed(self._greets, item.raw)

    def _greets(self, reply: Reply) -> Reply:
        if reply.kind in b"%*":
            self._resp3 = reply.kind == b"%"
        return views.hello(reply) if self.rules.redis else reply

    def _sign_in(self, words: list[bytes], at: int) -> bytes:
        """AUTH or HELLO, whose word ``at`` is the name, or the word before the only password."""
        name, iam = words[at] if at else b"default", False
        if name in self.rules.iam and self._in_multi:  # "cannot be used in a MULTI EXEC command", says AWS
            return self._instead(b"-ERR Command not allowed inside a transaction")
        if name in self.rules.iam:
            password = self._admit(name, words[at + 1])
            words, iam = [*words[: at + 1], password, *words[at + 2 :]], True
        if (
            not self._can_view
        ):  # nobody will say whether it was taken: never loosen what holds for who is there
            self._known = True
            if iam:
                self._signed_in(name, True)
        return self._viewed(partial(self._signs_in, name, words[at + 1], iam), encode(words))

    def _signs_in(self, name: bytes, password: bytes, iam: bool, reply: Reply) -> Reply:
        if reply.kind != b"-":
            self._signed(name, iam)
        elif not iam and reply.text.startswith(b"WRONGPASS"):
            self._admit(name, password)  # which it can't; the log shall say why
        return self._greets(reply)

    def _signed(self, name: bytes, iam: bool) -> None:
        self._known = True
        self._signed_in(name, iam)

    def _multi(self, item: Command | Begin) -> bytes:
        self._in_multi = self._known or bool(self._out)  # before AUTH, it isn't taken
        return item.raw

    def _end_multi(self, item: Command | Begin) -> bytes:
        if self._in_multi:
            self._in_multi, self._astray, self._watched = False, False, 0
        return item.raw

    def _exec(self, item: Command | Begin) -> bytes:
        """Watched keys and the transaction share a slot, which the engine doesn't ask for: a marker aborts it."""
        astray = self._astray
        raw = self._end_multi(item)
        return encode([self._marker(views.cross_slot)]) + raw if astray else raw

    def _reset(self, item: Command | Begin) -> bytes:
        self._readonly = self._off = self._subscribed = self._resp3 = False
        self._in_multi = self._astray = False
        self._known, self._watched = self.rules.signed_in, 0
        return item.raw

    def _watch(self, item: Command | Begin) -> bytes:
        if self._in_multi:  # the engine refuses it
            return item.raw
        words = _padded(item)
        count = len(words) - 1
        if not self._watched and count:
            self._slot = slot(words[1])
        self._watched += count
        return self._viewed(partial(self._watches, count), item.raw)

    def _watches(self, count: int, reply: Reply) -> Reply:
        if reply.kind == b"-":  # keys of two slots, or of somebody else
            self._watched = max(0, self._watched - count)
        return reply

    def _unwatch(self, item: Command | Begin) -> bytes:
        self._watched = 0 if not self._in_multi else self._watched
        return item.raw

    def _subscribe(self, item: Command | Begin) -> bytes:
        if self._subscribed or self._resp3:  # in RESP3 the answer is a push, and every command is allowed
            self._subscribed = True
            return item.raw
        raw = self._viewed(self._subscribes, item.raw)
        self._subscribed = True
        return raw

    def _subscribes(self, reply: Reply) -> Reply:
        if reply.kind == b"-":
            self._subscribed = False
        return reply

    def _unsubscribe(self, item: Command | Begin) -> bytes:
        self._subscribed = self._subscribed and len(item.words) > 1
        return item.raw

    def _set_readonly(self, item: Command | Begin) -> bytes:
        self._readonly = item.words[0].lower() == b"readonly"
        return item.raw

    def _client_reply(self, item: Command | Begin) -> bytes:
        taken = len(item.words) == 3 and not self._in_multi and (self._known or self._out)
        mode = item.words[2].lower() if taken else b""
        if mode in (b"on", b"off"):
            self._off = mode == b"off"
        self._skip = mode == b"skip" and not self._off
        return item.raw

    def _script_flush(self, item: Command | Begin) -> bytes:
        """Accepted, and does nothing: the engine is asked in a way that it refuses, if the user may ask at all."""
        words = item.words
        if len(words) > 2 and (len(words) > 3 or words[2].lower() not in (b"sync", b"async")):
            return item.raw
        return self._viewed(views.script_flush, encode([*words[:2], b"-"]))

    def _topology(self, view: Callable[[Reply, views.Reader], Reply], item: Command | Begin) -> bytes:
        reader = self.rules.reader
        return self._viewed(lambda reply: view(reply, reader), item.raw) if reader else item.raw

    def _pubsub(self, merge: Callable[[Reply, Reply], Reply], twin: bytes, item: Command | Begin) -> bytes:
        """A question about channels, together with the same about the other kind of channels."""
        if isinstance(item, Begin) or not self._can_view:
            return item.raw
        kept: list[Reply] = []
        other = encode([item.words[0], twin, *item.words[2:]])
        return self._viewed(kept.append, item.raw) + self._viewed(lambda reply: merge(kept[0], reply), other)

    def _info(self, item: Command | Begin) -> bytes:
        return self._viewed(lambda reply: views.info(reply, self.rules.info, self.rules.redis), item.raw)

    def _users(self, view: View, item: Command | Begin) -> bytes:
        """The engine's own answer would show its administrator: where it can't be rewritten, it isn't asked."""
        if self._can_view:
            return self._viewed(view, item.raw)
        if self._in_multi:
            return self._instead(b"-ERR Command not allowed inside a transaction")
        return self._instead(b"-ERR Can't execute '%b' in this context" % b"|".join(item.words[:2]).lower())

    def _acl_list(self, item: Command | Begin) -> bytes:
        return self._users(lambda reply: views.acl_list(reply, self.rules.users), item)

    def _acl_users(self, item: Command | Begin) -> bytes:
        return self._users(lambda reply: views.acl_users(reply, self.rules.users), item)

    def _acl_getuser(self, item: Command | Begin) -> bytes:
        asked = item.words[2].decode(errors="replace") if len(item.words) == 3 else ""
        user = next((user for user in self.rules.users if user.name == asked), None)
        return self._users(lambda reply: views.acl_getuser(reply, user), item)

    # The reader port

    def _at_reader(self, item: Command | Begin, name: str, known: Known | None) -> bytes:
        """Where to go instead of writing, or of reading without READONLY; scripts as the engine's read-only
        ones; empty for what is served as it is.
        """
        if known is None or not (self._known or self._out):  # who may have signed in gets MOVED or NOAUTH
            return b""
        keys, writes = known.keys(_padded(item)), "write" in known.flags
        if keys and (writes or not self._readonly):
            return self._instead(b"-MOVED %d %b" % (slot(keys[0].key), self.rules.primary))
        if writes:
            return self._instead(b"-READONLY You can't write against a read only replica.")
        if name in ("eval", "evalsha"):
            return self._as_read_only(item)
        return b""

    def _as_read_only(self, item: Command | Begin) -> bytes:
        words = [item.words[0] + b"_RO", *item.words[1:]]
        if isinstance(item, Command):
            return encode(words)
        begun = encode(words).partition(b"\r\n")[2]
        return b"*%d\r\n%b$%d\r\n" % (item.count, begun, item.coming)

    # Replies

    def reply(self, data: bytes) -> bytes:
        """Take bytes from the engine; return what to send to the client."""
        if not self._out and not self._held and self._view is None:
            return data
        data, self._held = self._held + data, b""
        shown: list[bytes] = []
        while data:
            if self._view is not None:
                data = self._show_view(data, self._view, shown)
            elif self._out:
                data = self._pass_to_marker(data, shown)
            else:
                shown.append(data)
                break
        return b"".join(shown)

    def _show_view(self, data: bytes, view: View, shown: list[bytes]) -> bytes:
        """Rewrite the next reply, once it is whole; messages of subscriptions may come before it."""
        found = read(data)
        if found is None:
            self._held = data
            return b""
        reply, end = found
        if reply.kind == b">":
            shown.append(data[:end])
        else:
            self._view = None
            changed = view(reply)
            if changed:
                shown.append(data[:end] if changed is reply else changed.encode())
        return data[end:]

    def _pass_to_marker(self, data: bytes, shown: list[bytes]) -> bytes:
        """Pass on what comes before the next marker, and put in its place what it stands for."""
        at = data.find(self._mark)
        sign = _UNKNOWN if data.endswith(_UNKNOWN, 0, max(at, 0)) else _OPTION
        end = data.find(b"\r\n", at) if at >= 0 else -1
        if end < 0:  # none yet, or not all of it
            hold = len(data) - at + len(sign) if at >= 0 else self._overlap(data)
            shown.append(data[: len(data) - hold])
            self._held = data[len(data) - hold :]
            return b""
        shown.append(data[: at - len(sign)])
        number, _, rest = data[at + len(self._mark) : end].partition(b":")
        then: bytes | View = b""
        while self._out and self._out[0][0] <= int(number):  # the silent ones before it never answer
            then = self._out.popleft()[1]
        if callable(then):
            self._view = then
        else:
            shown.append((then or _UNKNOWN + rest) + b"\r\n")
        return data[end + 2 :]

    def _overlap(self, data: bytes) -> int:
        """How many bytes at the end may be the beginning of a marker's error."""
        for sign in (_UNKNOWN + self._mark, _OPTION + self._mark):
            at = data.find(b"-", max(0, len(data) - len(sign) + 1))
            while at >= 0:
                if sign.startswith(data[at:]):
                    return len(data) - at
                at = data.find(b"-", at + 1)
        return 0


def _padded(item: Command | Begin) -> list[bytes]:
    """Its words; those still to come are empty."""
    return item.words if isinstance(item, Command) else [*item.words, *[b""] * (item.count - len(item.words))]


def _name_in_hello(words: list[bytes]) -> int:
    """Where the user's name is in ``HELLO [version [AUTH name password] [SETNAME name]]``; 0: nowhere."""
    at = 2
    while at + 1 < len(words) and words[at].lower() == b"setname":
        at += 2
    return at + 1 if at + 2 < len(words) and words[at].lower() == b"auth" else 0


def slot(key: bytes) -> int:
    """The slot of a key: https://valkey.io/topics/cluster-spec/ ("Hash tags")."""
    _, brace, rest = key.partition(b"{")
    tag, end, _ = rest.partition(b"}")
    return crc_hqx(tag if brace and end and tag else key, 0) % 16384


_FOLLOW: dict[str, Callable[[Gate, Command | Begin], bytes]] = {
    "auth": Gate._auth,
    "hello": Gate._hello,
    "multi": Gate._multi,
    "exec": Gate._exec,
    "discard": Gate._end_multi,
    "reset": Gate._reset,
    "watch": Gate._watch,
    "unwatch": Gate._unwatch,
    "subscribe": Gate._subscribe,
    "ssubscribe": Gate._subscribe,
    "unsubscribe": Gate._unsubscribe,
    "sunsubscribe": Gate._unsubscribe,
    "readonly": Gate._set_readonly,
    "readwrite": Gate._set_readonly,
    "client|reply": Gate._client_reply,
    "info": Gate._info,
    "script|flush": Gate._script_flush,
    "cluster|slots": lambda gate, item: gate._topology(views.slots, item),
    "cluster|shards": lambda gate, item: gate._topology(views.shards, item),
    "cluster|nodes": lambda gate, item: gate._topology(views.nodes, item),
    "cluster|replicas": lambda gate, item: gate._topology(views.replicas, item),
    "pubsub|channels": lambda gate, item: gate._pubsub(views.channels, b"SHARDCHANNELS", item),
    "pubsub|shardchannels": lambda gate, item: gate._pubsub(views.channels, b"CHANNELS", item),
    "pubsub|numsub": lambda gate, item: gate._pubsub(views.subscribers, b"SHARDNUMSUB", item),
    "pubsub|shardnumsub": lambda gate, item: gate._pubsub(views.subscribers, b"NUMSUB", item),
    "acl|list": Gate._acl_list,
    "acl|users": Gate._acl_users,
    "acl|getuser": Gate._acl_getuser,
}
