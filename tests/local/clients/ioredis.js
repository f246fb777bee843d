// One scenario with ioredis, on one client: node ioredis.js JSON, where JSON says which, and where to connect.
// Prints what the scenario gives, as JSON. The claims about it are in test_ioredis.py and test_restart.py.
"use strict";

const { readFileSync } = require("node:fs");
const { Cluster, Redis } = require("ioredis");

const { scenario, cluster, host, port, ca, username, password, key } = JSON.parse(process.argv[2]);

function connect() {
  const own = { username, password, tls: { ca: readFileSync(ca) } };
  if (!cluster) return new Redis({ host, port, ...own });
  // Each name as it was announced, so that the certificate is checked against it; one subscriber a shard.
  const options = { dnsLookup: (name, done) => done(null, name), shardedSubscribers: true };
  return new Cluster([{ host, port }], { ...options, redisOptions: own });
}

async function message(client, subscribe, event, publish) {
  const listener = connect();
  try {
    const heard = new Promise((resolve) => listener.once(event, (channel, text) => resolve([channel, text])));
    await listener[subscribe](key);
    await client[publish](key, "news");
    return await heard;
  } finally {
    listener.disconnect();
  }
}

const scenarios = {
  value: async (client) => [await client.set(key, "1"), await client.get(key)],
  pipeline: async (client) => {
    const pipeline = client.pipeline();
    for (let number = 0; number < 100; number++) pipeline.rpush(key, number);
    return await pipeline.exec();
  },
  transaction: async (client) => await client.multi().incr(key).incr(key).get(key).exec(),
  script: async (client) => {
    client.defineCommand("add", { numberOfKeys: 1, lua: "return redis.call('INCRBY', KEYS[1], ARGV[1])" });
    return [await client.add(key, 2), await client.add(key, 3)];
  },
  published: (client) => message(client, "subscribe", "message", "publish"),
  sharded: (client) => message(client, "ssubscribe", "smessage", "spublish"),
  blocking: async (client) => {
    const waiter = connect();
    try {
      const popped = waiter.blpop(key, 10);
      await client.rpush(key, "job");
      return await popped;
    } finally {
      waiter.disconnect();
    }
  },
  stream: async (client) => {
    await client.xgroup("CREATE", key, "workers", "0", "MKSTREAM");
    const entry = await client.xadd(key, "*", "order", "1");
    const [[, [[read]]]] = await client.xreadgroup("GROUP", "workers", "one", "STREAMS", key, ">");
    return [read === entry, await client.xack(key, "workers", entry)];
  },
  scan: async (client) => {
    const names = Array.from({ length: 300 }, (_, number) => `${key}:${number}`);
    await client.mset(...names.flatMap((name) => [name, ""]));
    const node = cluster ? client.nodes("master")[0] : client;
    const found = new Set();
    const pattern = key.replace(/[[\]]/g, "\\$&") + ":*";
    for await (const some of node.scanStream({ match: pattern, count: 200 })) some.forEach((name) => found.add(name));
    return found.size;
  },
  // Says "ready", and waits for the end of its input, which says that the server has been killed.
  restart: async (client) => {
    client.on("error", () => {}); // what we wait to be over
    await client.set(key, "kept");
    console.log("ready");
    for await (const _ of process.stdin);
    for (;;) {
      try {
        return await client.get(key);
      } catch {
        await new Promise((again) => setTimeout(again, 50));
      }
    }
  },
  big: async (client) => {
    const value = "x".repeat(5_000_000);
    await client.set(key, value, "EX", 30);
    return (await client.get(key)) === value;
  },
};

(async () => {
  const client = connect();
  try {
    console.log(JSON.stringify(await scenarios[scenario](client)));
  } finally {
    client.disconnect();
  }
})().catch((error) => {
  console.error(String(error));
  process.exitCode = 1;
});
