"""The JSON and Bloom commands that ElastiCache Serverless supports: known from documentation only.

A plain server doesn't serve them, so these rows, in the notation of the tables, are written by hand.

* Which commands: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/json-list-commands.html and
  https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/BloomFilters.html (BF.LOAD is not among them).
* Categories: the ACL tables of https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/json-document-overview.html
  and of BloomFilters.html; for JSON.MSET, which the former leaves out, the module's own.
* Arity: the usage line of each command, https://valkey.io/commands/#json and #bloom.
* Keys and permissions: what the open-source modules tell their server. valkey-json tells each command's
  (https://github.com/valkey-io/valkey-json, src/json/json.cc). valkey-bloom tells only where the key is
  (https://github.com/valkey-io/valkey-bloom, src/lib.rs), so the server asks full access, for BF.EXISTS too.
"""

#: engine: the modules it has: JSON from Redis OSS 6.2 and Valkey 7.2 on, Bloom from Valkey 8.1 on.
MODULES = {
    "valkey_9": ("json", "bloom"),
    "valkey_8": ("json", "bloom"),
    "valkey_7": ("json",),
    "redis_7": ("json",),
}

#: module: its commands, a line each, like those of a table.
COMMANDS = {
    "json": """\
json.arrappend -4 json write,denyoom,fast write,json,fast RW,insert@1>range:0:1:0
json.arrindex -4 json readonly,fast read,json,fast RO,access@1>range:0:1:0
json.arrinsert -5 json write,denyoom,fast write,json,fast RW,insert@1>range:0:1:0
json.arrlen -2 json readonly,fast read,json,fast RO@1>range:0:1:0
json.arrpop -2 json write,fast write,json,fast RW,access,delete@1>range:0:1:0
json.arrtrim 5 json write,fast write,json,fast RW,delete@1>range:0:1:0
json.clear -2 json write,fast write,json,fast RW,delete@1>range:0:1:0
json.debug -2 json readonly read,json,admin,slow RO,access@2>range:0:1:0
json.del -2 json write,fast write,json,fast RW,delete@1>range:0:1:0
json.forget -2 json write,fast write,json,fast RW,delete@1>range:0:1:0
json.get -2 json readonly,fast read,json,fast RO,access@1>range:0:1:0
json.mget -3 json readonly,fast read,json,fast RO,access@1>range:-2:1:0
json.mset -4 json write,denyoom write,json,slow RW,update@1>range:-3:3:0
json.numincrby 4 json write,fast write,json,fast RW,access,update@1>range:0:1:0
json.nummultby 4 json write,fast write,json,fast RW,access,update@1>range:0:1:0
json.objkeys -2 json readonly,fast read,json,fast RO,access@1>range:0:1:0
json.objlen -2 json readonly,fast read,json,fast RO@1>range:0:1:0
json.resp -2 json readonly,fast read,json,fast RO,access@1>range:0:1:0
json.set -4 json write,denyoom write,json,slow RW,update@1>range:0:1:0
json.strappend -3 json write,denyoom,fast write,json,fast RW,insert@1>range:0:1:0
json.strlen -2 json readonly,fast read,json,fast RO@1>range:0:1:0
json.toggle -2 json write,denyoom,fast write,json,fast RW,access,update@1>range:0:1:0
json.type -2 json readonly,fast read,json,fast RO,access@1>range:0:1:0
""",
    "bloom": """\
bf.add 3 bloom write,denyoom,fast write,bloom,fast RW,access,update@1>range:0:1:0
bf.card 2 bloom readonly,fast read,bloom,fast RW,access,update@1>range:0:1:0
bf.exists 3 bloom readonly,fast read,bloom,fast RW,access,update@1>range:0:1:0
bf.info -2 bloom readonly,fast read,bloom,fast RW,access,update@1>range:0:1:0
bf.insert -2 bloom write,denyoom,fast write,bloom,fast RW,access,update@1>range:0:1:0
bf.madd -3 bloom write,denyoom,fast write,bloom,fast RW,access,update@1>range:0:1:0
bf.mexists -3 bloom readonly,fast read,bloom,fast RW,access,update@1>range:0:1:0
bf.reserve -4 bloom write,denyoom,fast write,bloom,fast RW,access,update@1>range:0:1:0
""",
}
