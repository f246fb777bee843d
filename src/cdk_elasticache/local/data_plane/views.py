"""Replies that show more, or less, than the engine has.

* The topology shows a replica at the reader port, as a serverless cache does; the engine has one node.
  https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/WhatIs.corecomponents.html ("port 6380")
* ``INFO`` says nothing of this machine but the process id; where the declared engine is Redis OSS and Valkey runs,
  ``INFO`` and ``HELLO`` say Redis.
* ``PUBSUB`` shows the channels of plain and of sharded subscriptions together: Serverless carries the former on
  the latter. https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/SupportedCommands.html
* ``ACL LIST``, ``ACL USERS`` and ``ACL GETUSER`` show the users as they were declared: no administrator, no
  hash, none of the rules that stand for what Serverless refuses.

Each view takes the engine's reply and returns what the client sees. A reply of another form, an error first of
all, comes back as it is.
"""

from collections.abc import Callable
from typing import NamedTuple

from .replies import NULL, Reply, bulk
from .snapshot import Snapshot, User

#: None: the client sees nothing of it.
View = Callable[[Reply], Reply | None]

#: The engine's own word for keys of two slots.
CROSS_SLOT = b"CROSSSLOT Keys in request don't hash to the same slot"
#: What a serverless cache of Redis OSS calls itself, and what Valkey adds about itself.
_REDIS_VERSION = b"7.1.0"
_OF_VALKEY = (b"server_name", b"valkey_version", b"valkey_release_stage")

#: The default user where no group is attached, and where one is that has none.
OPEN, OFF = "on ~* &* +@all", "off &* -@all"

#: How an access string holds bytes that are no UTF-8.
_ODD = "surrogateescape"


class Reader(NamedTuple):
    """The node that isn't there.

    :param primary: id of the node that is.
    :param id: its own, 40 hex digits.
    :param host: the announced name.
    :param port: the gateway's reader port.
    """

    primary: bytes
    id: bytes
    host: bytes
    port: int


def reader_of(snapshot: Snapshot) -> Reader | None:
    """The reader of a cache, where it has one. Its id ends in zeros, as those that AWS shows."""
    if snapshot.reader_port is None:
        return None
    primary = snapshot.node_id
    name = f"{primary[::-1][:32]}{0:08}"
    return Reader(primary.encode(), name.encode(), snapshot.host.encode(), snapshot.reader_port)


def slots(reply: Reply, reader: Reader) -> Reply:
    """``CLUSTER SLOTS``: first, last, the primary; now the replica too."""
    if reply.kind != b"*" or not all(row.items and len(row.items) == 3 for row in reply.items or []):
        return reply
    return reply._replace(items=[_slots_row(row, reader) for row in reply.items or []])


def _slots_row(row: Reply, reader: Reader) -> Reply:
    first, last, node = row.items or []
    host, _, _, *rest = node.items or []
    port, name = Reply(b":", b"%d" % reader.port), bulk(reader.id)
    return row._replace(items=[first, last, node, node._replace(items=[host, port, name, *rest])])


def shards(reply: Reply, reader: Reader) -> Reply:
    """``CLUSTER SHARDS``: the node's map again, with another id, port and role."""
    if reply.kind != b"*":
        return reply
    return reply._replace(items=[_shard(shard, reader) for shard in reply.items or []])


def _shard(shard: Reply, reader: Reader) -> Reply:
    nodes = shard.get(b"nodes")
    if nodes is None or not nodes.items:
        return shard
    replica = nodes.items[0].put(b"id", bulk(reader.id)).put(b"role", bulk(b"replica"))
    replica = replica.put(b"port", Reply(b":", b"%d" % reader.port))
    return shard.put(b"nodes", nodes._replace(items=[*nodes.items, replica]))


def _replica_line(line: bytes, reader: Reader) -> bytes:
    """``ID IP:PORT@BUS,HOST… slave PRIMARY 0 0 EPOCH connected``, from the primary's line."""
    _, address, _, _, ping, pong, epoch, *_ = line.split(b" ")
    place, comma, names = address.partition(b",")
    ip, _, rest = place.partition(b":")
    bus = rest.partition(b"@")[2]
    address = b"%b:%d@%b%b%b" % (ip, reader.port, bus, comma, names)
    return b" ".join([reader.id, address, b"slave", reader.primary, ping, pong, epoch, b"connected"])


def nodes(reply: Reply, reader: Reader) -> Reply:
    """``CLUSTER NODES``: one more line; a verbatim string in RESP3."""
    if reply.kind not in b"$=" or not reply.text or reply.text == NULL:
        return reply
    line = reply.text.removeprefix(b"txt:").partition(b"\n")[0]
    return reply._replace(text=reply.text + _replica_line(line, reader) + b"\n")


def replicas(reply: Reply, reader: Reader) -> Reply:
    """``CLUSTER REPLICAS``: the replica's line, where the engine would list those of its node."""
    if reply.kind != b"*" or reply.items:
        return reply
    primary = b"%b 127.0.0.1:0@0,%b master - 0 0 1 connected" % (reader.primary, reader.host)
    return reply._replace(items=[bulk(_replica_line(primary, reader))])


def info_fields(snapshot: Snapshot) -> dict[bytes, bytes]:
    """What ``INFO`` says instead of what is so here."""
    service = {b"os": b"Amazon ElastiCache", b"executable": b"-", b"config_file": b"-"}
    return service | {b"tcp_port": b"%d" % snapshot.port}


def info(reply: Reply, instead: dict[bytes, bytes], redis: bool) -> Reply:
    """``INFO``: other values of some fields, no line about our unix socket; a verbatim string in RESP3."""
    if reply.kind not in b"$=" or reply.text == NULL:
        return reply
    redis = redis and b"\r\nvalkey_version:" in reply.text
    lines = (_info_line(line, instead, redis) for line in reply.text.split(b"\r\n"))
    return reply._replace(text=b"\r\n".join(line for line in lines if line is not None))


def _info_line(line: bytes, instead: dict[bytes, bytes], redis: bool) -> bytes | None:
    name, colon, value = line.partition(b":")
    if name.startswith(b"listener") or (redis and name in _OF_VALKEY):
        return None
    if redis and name == b"redis_version":
        value = _REDIS_VERSION
    elif redis and name == b"server_mode":
        name = b"redis_mode"
    return name + colon + instead.get(name, value)


def hello(reply: Reply) -> Reply:
    """``HELLO`` of a Valkey that stands for Redis OSS."""
    server = reply.get(b"server")
    if server is None or server.text != b"valkey":
        return reply
    return reply.put(b"server", bulk(b"redis")).put(b"version", bulk(_REDIS_VERSION))


def channels(asked: Reply, twin: Reply) -> Reply:
    """``PUBSUB CHANNELS`` or ``SHARDCHANNELS``: with the names that only the other shows."""
    if asked.kind != b"*" or twin.kind != b"*":
        return asked
    items = asked.items or []
    return asked._replace(items=[*items, *(name for name in twin.items or [] if name not in items)])


def subscribers(asked: Reply, twin: Reply) -> Reply:
    """``PUBSUB NUMSUB`` or ``SHARDNUMSUB``, a name and a number in turn: the sum of both numbers."""
    if asked.kind != b"*" or twin.kind != b"*":
        return asked
    pairs = zip(asked.items or [], twin.items or [], strict=True)
    items = [
        one._replace(text=b"%d" % (int(one.text) + int(two.text))) if one.kind == b":" else one
        for one, two in pairs
    ]
    return asked._replace(items=items)


def cross_slot(reply: Reply) -> Reply:
    """``EXEC`` of a transaction that we aborted."""
    return Reply(b"-", CROSS_SLOT) if reply.text.startswith(b"EXECABORT") else reply


def script_flush(reply: Reply) -> Reply:
    """``SCRIPT FLUSH``: done, where the engine only finds fault with how it was asked."""
    return Reply(b"+", b"OK") if reply.text.startswith(b"ERR SCRIPT FLUSH only") else reply


def shown_users(snapshot: Snapshot) -> tuple[User, ...]:
    """Whom ``ACL LIST`` shows, by name: those of the group and, where it has none, the default user.

    That one is open where no group is attached, else off.
    https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Clusters.RBAC.html
    """
    shown = {user.name: user for user in snapshot.users}
    access, authentication = (OPEN, "no-password-required") if snapshot.open_default else (OFF, "password")
    default = User(name="default", arn="", authentication=authentication, access_string=access)
    shown.setdefault("default", default)
    return tuple(shown[name] for name in sorted(shown))


def acl_list(reply: Reply, users: tuple[User, ...]) -> Reply:
    """``ACL LIST``: each user's canonical access string, and whether anybody may be them."""
    if reply.kind != b"*":
        return reply
    return reply._replace(items=[bulk(_acl_line(user).encode("utf-8", _ODD)) for user in users])


def _acl_line(user: User) -> str:
    state, _, rules = user.access_string.partition(" ")
    open_to_all = " nopass" if user.authentication == "no-password-required" else ""
    return f"user {user.name} {state}{open_to_all} {rules}"


def acl_users(reply: Reply, users: tuple[User, ...]) -> Reply:
    """``ACL USERS``: their names."""
    if reply.kind != b"*":
        return reply
    return reply._replace(items=[bulk(user.name.encode()) for user in users])


def acl_getuser(reply: Reply, user: User | None) -> Reply:
    """``ACL GETUSER``: no hashes, and the commands as declared; nothing about the administrator."""
    if reply.kind not in b"*%" or not reply.items:
        return reply
    from ...model.access_string.words import split  # noqa: PLC0415 - seldom asked, and it costs each start 5 ms

    if user is None:
        return Reply(b"_") if reply.kind == b"%" else Reply(b"*", NULL)
    words = [word.source for word in split(user.access_string)]
    shown = reply.put(b"commands", _commands(words))
    if passwords := reply.get(b"passwords"):
        shown = shown.put(b"passwords", passwords._replace(items=[]))
    selectors = reply.get(b"selectors")
    declared = [word[1:-1].split(" ") for word in words if word[0] == "("]
    if selectors and len(selectors.items or []) == len(declared):
        pairs = zip(selectors.items or [], declared, strict=True)
        items = [selector.put(b"commands", _commands(rules)) for selector, rules in pairs]
        shown = shown.put(b"selectors", selectors._replace(items=items))
    return shown


def _commands(words: list[str]) -> Reply:
    return bulk(" ".join(word for word in words if word[0] in "+-").encode())
