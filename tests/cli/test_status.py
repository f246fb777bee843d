"""What ``status`` and ``up`` print for people."""

from typing import Any

from cdk_elasticache.cli.status import table


def cache(name: str, port: int | None, reader: int | None = None, **more: Any) -> dict[str, Any]:
    endpoint = {"address": "localhost", "port": port}
    engine = {"engine": "valkey", "runs_on": "valkey", "full_engine_version": "9.1", "status": "available"}
    places = {"endpoint": endpoint, "reader_endpoint": {**endpoint, "port": reader} if reader else None}
    return {"arn": f"arn:{name}", "name": name, **engine, **places, "usage": {}, **more}


def test_columns_stand_under_their_titles_and_what_is_not_there_is_a_dash() -> None:
    used = {"connections": 2, "ecpus": 31.5}
    absent: dict[str, Any] = {
        "engine": "memcached",
        "full_engine_version": "",
        "runs_on": "",
        "status": "create-failed",
    }
    status = {
        "ca_file": "/state/tls/ca.pem",
        "caches": [
            cache("orders", 6379, 6380, usage=used),
            cache("b", None, **absent),
            cache("c", 6381, engine="redis"),
        ],
        "users": [{"id": "app", "name": "app", "authentication": "iam", "access_string": "on ~* +@all"}],
        "groups": [],
        "principals": [{"arn": "arn:aws:iam::000000000000:role/web"}],
    }
    assert list(table(status)) == [
        "CACHE   ENDPOINT        READER          ENGINE               STATUS",
        "orders  localhost:6379  localhost:6380  valkey 9.1           available  clients 2, ECPU 31.5",
        "b       -               -               memcached            create-failed",
        "c       localhost:6381  -               redis on valkey 9.1  available",
        "USER  SIGNS IN BY  ACCESS STRING",
        "app   iam          on ~* +@all",
        "PRINCIPAL",
        "arn:aws:iam::000000000000:role/web",
        "",
        "to try, in a shell (redis-cli takes the same) and in Python:",
        "valkey-cli -c --tls --cacert /state/tls/ca.pem -p 6379",
        'import redis; client = redis.RedisCluster(host="localhost", port=6379, ssl=True, '
        'ssl_ca_certs="/state/tls/ca.pem")',
    ]


def test_where_nothing_is_declared_nothing_is_printed() -> None:
    assert list(table({"ca_file": "", "caches": [], "users": [], "groups": [], "principals": []})) == []
