"""The commands that ElastiCache Serverless refuses for everybody, whatever their access string.

https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/SupportedCommands.html lists what is restricted on
every cache, what on serverless caches in addition, and what is supported. A container listed whole stands
for each of its subcommands.
"""

#: "Commands that are unavailable" on every ElastiCache cache.
EVERYWHERE = """
acl|setuser acl|load acl|save acl|deluser bgrewriteaof bgsave cluster|addslots cluster|addslotsrange
cluster|bumpepoch cluster|delslots cluster|delslotsrange cluster|failover cluster|flushslots cluster|forget
cluster|links cluster|meet cluster|setslot config debug migrate psync replicaof save slaveof shutdown sync
"""

#: Unavailable on serverless caches in addition.
SERVERLESS = """
acl|log client|caching client|getredir client|id client|info client|kill client|list client|no-evict
client|pause client|tracking client|trackinginfo client|unblock client|unpause
cluster|count-failure-reports commandlog fcall fcall_ro function keys lastsave latency memory monitor move
object pfdebug pfselftest psubscribe punsubscribe pubsub|numpat script|kill slowlog swapdb wait
"""

#: On neither list, and not the business of a cache's client: our choice. (Chosen to run: ``asking``,
#: ``client|setinfo``, ``client|no-touch``, ``xsetid``, and the hash-field expiry of Valkey 9.)
CHOSEN = """
client|help cluster|myshardid cluster|reset cluster|slaves cluster|help failover module replconf waitaof
"""

REFUSED = frozenset((EVERYWHERE + SERVERLESS + CHOSEN).split())


def refuses(name: str) -> bool:
    """Whether the command, or the container it is in, is refused."""
    return name in REFUSED or name.partition("|")[0] in REFUSED
