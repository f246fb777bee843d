"""What ElastiCache Serverless runs is what its documentation lists.

https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/SupportedCommands.html
"""

import pytest

from cdk_elasticache.model.commands import table

ENGINES = ("valkey_9", "valkey_8", "valkey_7", "redis_7")


def words(text: str) -> list[str]:
    """A long list, as it reads best."""
    return text.split()


#: The page's list of supported commands.
SUPPORTED = words("""
bitcount bitfield bitfield_ro bitop bitpos getbit setbit

cluster|countkeysinslot cluster|getkeysinslot cluster|info cluster|keyslot cluster|myid cluster|nodes
cluster|replicas cluster|shards cluster|slots cluster|slot-stats readonly readwrite

auth client|getname client|reply client|setname echo hello ping quit reset select

copy del dump exists expire expireat expiretime persist pexpire pexpireat pexpiretime pttl randomkey rename
renamenx restore scan sort sort_ro touch ttl type unlink

geoadd geodist geohash geopos georadius georadius_ro georadiusbymember georadiusbymember_ro geosearch
geosearchstore

hdel hexists hget hgetall hincrby hincrbyfloat hkeys hlen hmget hmset hrandfield hscan hset hsetnx hstrlen
hvals

pfadd pfcount pfmerge

blmove blmpop blpop brpop brpoplpush lindex linsert llen lmove lmpop lpop lpos lpush lpushx lrange lrem lset
ltrim rpop rpoplpush rpush rpushx

publish pubsub|channels pubsub|numsub pubsub|shardchannels pubsub|shardnumsub spublish ssubscribe subscribe
sunsubscribe unsubscribe

eval eval_ro evalsha evalsha_ro script|exists script|flush script|load script|show

acl|cat acl|genpass acl|getuser acl|list acl|users acl|whoami command command|count command|docs
command|getkeys command|getkeysandflags command|info command|list dbsize flushall flushdb info lolwut role
time

sadd scard sdiff sdiffstore sinter sintercard sinterstore sismember smembers smismember smove spop
srandmember srem sscan sunion sunionstore

bzmpop bzpopmax bzpopmin zadd zcard zcount zdiff zdiffstore zincrby zinter zintercard zinterstore zlexcount
zmpop zmscore zpopmax zpopmin zrandmember zrange zrangebylex zrangebyscore zrangestore zrank zrem
zremrangebylex zremrangebyrank zremrangebyscore zrevrange zrevrangebylex zrevrangebyscore zrevrank zscan
zscore zunion zunionstore

xack xadd xautoclaim xclaim xdel xgroup|create xgroup|createconsumer xgroup|delconsumer xgroup|destroy
xgroup|setid xinfo|consumers xinfo|groups xinfo|stream xlen xpending xrange xread xreadgroup xrevrange xtrim

append decr decrby get getdel getex getrange getset incr incrby incrbyfloat lcs mget mset msetnx psetex set
setex setnx setrange strlen substr

discard exec multi watch unwatch
""")

#: Its lists of unavailable commands: on every cache, then on serverless caches in addition.
UNAVAILABLE = words("""
acl|setuser acl|load acl|save acl|deluser bgrewriteaof bgsave cluster|addslots cluster|addslotsrange
cluster|bumpepoch cluster|delslots cluster|delslotsrange cluster|failover cluster|flushslots cluster|forget
cluster|links cluster|meet cluster|setslot config config|get config|set debug migrate psync replicaof save
slaveof shutdown sync

acl|log client|caching client|getredir client|id client|info client|kill client|list client|no-evict
client|pause client|tracking client|trackinginfo client|unblock client|unpause
cluster|count-failure-reports commandlog commandlog|get fcall fcall_ro function function|list keys lastsave
latency latency|doctor memory memory|usage monitor move object object|encoding pfdebug pfselftest psubscribe
punsubscribe pubsub|numpat script|kill slowlog slowlog|get swapdb wait
""")

#: On neither list, and run by our choice: what client libraries send unasked, and data commands newer than
#: the page. https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/engine-versions.html
CHOSEN_TO_RUN = words("""
asking client|setinfo client|no-touch xsetid

clusterscan delifeq hexpire hexpireat hexpiretime hgetdel hgetex hpersist hpexpire hpexpireat hpexpiretime
hpttl hsetex httl msetex
""")

#: Containers, of which some subcommands run.
CONTAINERS = ["acl", "client", "cluster", "pubsub", "script", "xgroup", "xinfo"]


def test_every_supported_command_is_in_the_table_and_runs() -> None:
    commands = table("valkey_9").commands
    assert [name for name in SUPPORTED if name not in commands or not commands[name].serverless] == []


def test_no_unavailable_command_runs() -> None:
    commands = table("valkey_9").commands
    assert [name for name in UNAVAILABLE if commands[name].serverless] == []


@pytest.mark.parametrize("engine", ENGINES)
def test_nothing_else_runs_but_what_we_chose(engine: str) -> None:
    running = {name for name, each in table(engine).commands.items() if each.serverless and not each.module}
    assert running - set(SUPPORTED) - set(CONTAINERS) - set(CHOSEN_TO_RUN) == set()


#: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/json-document-overview.html
JSON = {
    "write fast": "arrappend arrinsert arrpop arrtrim clear del forget numincrby nummultby strappend toggle",
    "read fast": "arrindex arrlen get mget objkeys objlen resp strlen type",
    "write slow": "set mset",
    "read slow admin": "debug",
}
#: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/BloomFilters.html
BLOOM = {"write fast": "add insert madd reserve", "read fast": "card exists info mexists"}


@pytest.mark.parametrize(
    ("engine", "modules"),
    [
        ("valkey_9", {"json.": JSON, "bf.": BLOOM}),
        ("valkey_8", {"json.": JSON, "bf.": BLOOM}),
        ("valkey_7", {"json.": JSON}),
        ("redis_7", {"json.": JSON}),
    ],
)
def test_the_module_commands_and_their_categories_are_those_of_the_documentation(
    engine: str, modules: dict[str, dict[str, str]]
) -> None:
    names = {"json.": "json", "bf.": "bloom"}
    documented = {
        prefix + name: {*categories.split(), names[prefix]}
        for prefix, rows in modules.items()
        for categories, commands in rows.items()
        for name in commands.split()
    }
    ours = {name: each.categories for name, each in table(engine).commands.items() if each.module}
    assert ours == documented


@pytest.mark.parametrize(
    ("line", "uses"),
    [
        (b"JSON.GET k .a .b", [(b"k", "R")]),
        (b"JSON.SET k . 1", [(b"k", "W")]),
        (b"JSON.NUMINCRBY k .a 1", [(b"k", "RW")]),
        (b"JSON.STRLEN k", [(b"k", "")]),
        (b"JSON.MGET a b .path", [(b"a", "R"), (b"b", "R")]),
        (b"JSON.MSET a . 1 b . 2", [(b"a", "W"), (b"b", "W")]),
        (b"JSON.DEBUG MEMORY k", [(b"k", "R")]),
        (b"JSON.DEBUG HELP", []),
        (b"BF.EXISTS k item", [(b"k", "RW")]),
    ],
)
def test_a_module_command_uses_these_keys(line: bytes, uses: list[tuple[bytes, str]]) -> None:
    words = line.split()
    command = table().find(words)
    assert command is not None
    assert command.serverless
    assert [(use.key, "R" * use.reads + "W" * use.writes) for use in command.keys(words)] == uses
