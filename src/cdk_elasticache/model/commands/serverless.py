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

#: On neither list. Our choice: what only the operator of a server needs is refused, and HELP. The rest runs:
#: ``asking``, ``client|setinfo`` and ``client|no-touch``, which client libraries send unasked; ``xsetid``;
#: and data commands newer than the page, which a newer engine is announced with in
#: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/engine-versions.html.
CHOSEN = """
acl|dryrun acl|help client|capa client|help client|import-source cluster|cancelslotmigrations
cluster|flushslot cluster|getslotmigrations cluster|help cluster|migrateslots cluster|myshardid
cluster|replicate cluster|reset cluster|saveconfig cluster|set-config-epoch cluster|slaves
cluster|syncslots command|help failover module pubsub|help replconf restore-asking script|debug script|help
waitaof xgroup|help xinfo|help
"""

REFUSED = frozenset((EVERYWHERE + SERVERLESS + CHOSEN).split())


def refuses(name: str) -> bool:
    """Whether the command, or the container it is in, is refused."""
    return name in REFUSED or name.partition("|")[0] in REFUSED
