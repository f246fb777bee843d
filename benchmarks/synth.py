"""How long an app takes to synthesize, beside the alpha module in the same run.

    python benchmarks/synth.py [--runs 3] [--caches 1 200]

Each run is a process of its own, ours and the alpha module's in turn. Printed are the medians in seconds, and the
median of the ratios run by run: of the whole process, and of the constructing alone (after imports, before synth);
each also with ``CDK_VALIDATION=false``, as unit tests set it. At last, the calls into Node that one service makes.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from typing import Any

#: Caches in one stack of the mixed app.
STACK = 40
OURS, ALPHA = "cdk_elasticache", "aws_cdk.aws_elasticache_alpha"


def build(module: str, caches: int) -> None:
    """Make one app, in this process, and print how long the constructing took."""
    from importlib import import_module
    from tempfile import TemporaryDirectory

    import aws_cdk as cdk
    from aws_cdk import aws_ec2 as ec2

    elasticache = import_module(module)
    # A name is loaded when it is first used: loading belongs to the import.
    for name in ("ServerlessCache", "IamUser", "PasswordUser", "NoPasswordUser", "UserGroup"):
        getattr(elasticache, name)
    with TemporaryDirectory() as folder:
        start = time.perf_counter()
        app = cdk.App(outdir=folder)
        for number in range(caches):
            if number % STACK == 0:  # CloudFormation takes 500 resources a stack
                stack = cdk.Stack(app, f"Bench{number}")
                vpc = ec2.Vpc(stack, "Vpc", nat_gateways=1)
            if caches == 1:
                elasticache.ServerlessCache(stack, "Cache", vpc=vpc)
            else:
                service(elasticache, stack, vpc, number)
        constructed = time.perf_counter() - start
        app.synth()
    print(json.dumps(constructed))


def service(elasticache: Any, stack: Any, vpc: Any, number: int) -> None:
    """A service with its cache, as teams write it: who reaches it, who may do what, when somebody is woken."""
    import aws_cdk as cdk
    from aws_cdk import aws_ec2 as ec2
    from aws_cdk import aws_iam as iam

    role = iam.Role(stack, f"Role{number}", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
    clients = ec2.SecurityGroup(stack, f"Clients{number}", vpc=vpc)
    access = elasticache.AccessControl.from_access_string("on ~app:* -@all +@read +@write")
    app_user = elasticache.IamUser(
        stack,
        f"App{number}",
        engine=elasticache.UserEngine.REDIS,
        user_id=f"app-{number}",
        access_control=access,
    )
    default = elasticache.NoPasswordUser(
        stack,
        f"Default{number}",
        user_id=f"default-{number}",
        user_name="default",
        access_control=elasticache.AccessControl.from_access_string("off -@all"),
    )
    group = elasticache.UserGroup(
        stack, f"Group{number}", engine=elasticache.UserEngine.REDIS, users=[default, app_user]
    )
    cache = elasticache.ServerlessCache(
        stack,
        f"Cache{number}",
        vpc=vpc,
        engine=elasticache.CacheEngine.REDIS_7,
        user_group=group,
        cache_usage_limits=elasticache.CacheUsageLimitsProperty(
            data_storage_maximum_size=cdk.Size.gibibytes(10), request_rate_limit_maximum=10_000
        ),
        backup=elasticache.BackupSettings(backup_retention_limit=7),
    )
    cache.grant_connect(role)
    app_user.grant_connect(role)
    cache.connections.allow_default_port_from(clients)
    cache.metric_data_stored().create_alarm(
        stack, f"Full{number}", threshold=8 * 1024**3, evaluation_periods=3
    )
    # What a client with IAM authentication is told.
    for name, value in {
        "Host": cache.serverless_cache_endpoint_address,
        "Port": cache.serverless_cache_endpoint_port,
        "Cache": cache.serverless_cache_name,
        "User": app_user.user_id,
    }.items():
        cdk.CfnOutput(stack, f"{name}Of{number}", value=value)


def count_calls(module: str) -> None:
    """Print how many calls into Node a second service makes, all that one loads and remembers being there."""
    from importlib import import_module

    import aws_cdk as cdk
    from aws_cdk import aws_ec2 as ec2
    from jsii._kernel.providers.process import ProcessProvider

    elasticache, calls = import_module(module), []
    stack = cdk.Stack(cdk.App(), "Bench")
    vpc = ec2.Vpc(stack, "Vpc", nat_gateways=1)
    service(elasticache, stack, vpc, 0)
    for name in ("create", "delete", "get", "set", "sget", "sset", "invoke", "sinvoke"):
        real = getattr(ProcessProvider, name)

        def counted(self: Any, request: Any, real: Any = real) -> Any:
            calls.append(type(request).__name__)
            return real(self, request)

        setattr(ProcessProvider, name, counted)
    service(elasticache, stack, vpc, 1)
    print(json.dumps(len(calls)))


def run(*arguments: str, validation: bool = True) -> Any:
    """Run this file in a process of its own; what it prints."""
    environment = os.environ if validation else {**os.environ, "CDK_VALIDATION": "false"}
    command = [sys.executable, __file__, *arguments]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    return json.loads(done.stdout.splitlines()[-1])


def measure(module: str, caches: int, *, validation: bool) -> tuple[float, float]:
    """Run one app in a process of its own: seconds of the whole process, and of the constructing."""
    start = time.perf_counter()
    constructing = run("--build", module, "--caches", str(caches), validation=validation)
    return time.perf_counter() - start, constructing


def compare(caches: int, runs: int, *, validation: bool) -> None:
    """Print the rows of an app of this size."""
    pairs = [
        (measure(OURS, caches, validation=validation), measure(ALPHA, caches, validation=validation))
        for _ in range(runs)
    ]
    suffix = "" if validation else ", no check"
    for index, what in enumerate((f"whole process{suffix}", f"constructing{suffix}")):
        ours = [mine[index] for mine, _ in pairs]
        alpha = [theirs[index] for _, theirs in pairs]
        ratio = statistics.median(mine / theirs for mine, theirs in zip(ours, alpha, strict=True))
        print(
            f"{caches:>4} cache{'s' if caches > 1 else ' '}  {what:<23} ours {statistics.median(ours):7.3f} s"
            f"   alpha {statistics.median(alpha):7.3f} s   ratio {ratio:.2f}",
            flush=True,
        )


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=3, help="processes of each kind (default 3)")
    parser.add_argument(
        "--caches", type=int, nargs="+", default=[1, 200], help="sizes of app (default 1 200)"
    )
    parser.add_argument("--build", metavar="MODULE", help=argparse.SUPPRESS)
    parser.add_argument("--count", metavar="MODULE", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.build:
        build(options.build, options.caches[0])
        return
    if options.count:
        count_calls(options.count)
        return
    for caches in options.caches:
        for validation in (True, False):
            compare(caches, options.runs, validation=validation)
    ours, alpha = run("--count", OURS), run("--count", ALPHA)
    print(f"calls into Node of one service, its alarm and outputs included: ours {ours}, alpha {alpha}")


if __name__ == "__main__":
    main()
