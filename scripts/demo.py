"""Show what the example app declares, what is doubtful about it, a mistake caught at its line, and the app running.

python -m scripts.demo [FOLDER]   where the templates go; default: examples/shop/cdk.out
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from cdk_elasticache.cli.check import check
from cdk_elasticache.model.access_string import AccessString
from cdk_elasticache.model.engines import TRAITS
from cdk_elasticache.template.declaration import Cache, Declaration, Principal, User, UserGroup
from scripts import demo_running

ROOT = Path(__file__).parents[1]
APP = ROOT / "examples" / "shop"
TEMPLATES = Path(sys.argv[1] if len(sys.argv) > 1 else APP / "cdk.out").absolute()

MISTAKE = """\
import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2

import cdk_elasticache as elasticache

stack = cdk.Stack(cdk.App(), "Shop")
elasticache.ServerlessCache(
    stack,
    "Cache",
    vpc=ec2.Vpc(stack, "Vpc"),
    cache_usage_limits=elasticache.CacheUsageLimitsProperty(request_rate_limit_maximum=500),
)
"""


def main() -> int:
    """Run the demonstration; give the exit status."""
    title("The example app")
    line(f"Synthesizing {APP.relative_to(ROOT)}/app.py, some seconds ...")
    # As the CDK's own command line does, templates name each resource's construct.
    settings = {"CDK_OUTDIR": str(TEMPLATES), "CDK_CONTEXT_JSON": '{"aws:cdk:enable-path-metadata": true}'}
    subprocess.run([sys.executable, "app.py"], cwd=APP, env={**os.environ, **settings}, check=True)
    report = check(str(TEMPLATES))
    show_declared(report.declared)

    title("Warnings")
    for finding in report.findings:
        line(str(finding))
    if not report.findings:
        line("None: cdk synth --strict passes.")

    title("A mistake, caught at its line")
    for number, code in enumerate(MISTAKE.splitlines(), 1):
        line(f"{number:>3}  {code}")
    print()
    done = subprocess.run([sys.executable, "-c", MISTAKE], capture_output=True, text=True, check=False)
    line(done.stderr.strip().splitlines()[-1])
    line("AWS would have said so after minutes of deployment.")

    demo_running.show(TEMPLATES, title, line)

    title("Next")
    command = Path(sys.executable).parent / "cdk-elasticache"
    line(f"Keep it running, until Ctrl-C:  {here(command)} up {here(TEMPLATES)}")
    line(f"The template: {here(TEMPLATES)}/Shop.template.json")
    line("Start reading: docs/getting-started.md, docs/local.md; from the alpha module: docs/migrating.md")
    return 0


def show_declared(declared: Declaration) -> None:
    """Print caches, users, groups and grants."""
    for cache in declared.caches:
        title(f"Cache {cache.name}")
        for text in about_cache(cache, declared):
            line(text)
    title("Users")
    for user in declared.users:
        for text in about_user(user):
            line(text)
    title("Groups")
    for group in declared.groups:
        line(about_group(group, declared))
    title("Grants")
    for text in about_grants(declared):
        line(text)


def about_cache(cache: Cache, declared: Declaration) -> Iterator[str]:
    """What a cache is, and who reaches it."""
    traits = TRAITS[cache.engine.engine_type]
    readers = f"; reads from replicas on {traits.port + 1}" if cache.engine.engine_type != "memcached" else ""
    yield f"engine      {cache.engine}"
    yield f"endpoint    TLS on port {traits.port}{readers}"
    yield f"holds       at most {cache.data_storage_maximum or 'the quota of'} GiB"
    yield f"does        at most {cache.request_rate_maximum or 'the quota of'} ECPU/s"
    if cache.snapshot_retention_limit:
        yield f"backups     daily at {cache.daily_snapshot_time} UTC, kept {cache.snapshot_retention_limit} days"
    if cache.final_snapshot_name:
        yield f"            and {cache.final_snapshot_name} before deletion"
    yield f"encrypted   with {'a key of its own' if cache.kms_key_id else 'a key of AWS'}"
    places = {group.id: str(group.place) for group in declared.security_groups}
    for group in declared.security_groups:
        if group.id in cache.security_group_ids:
            for rule in group.ingress:
                # The CDK describes a rule as "from SOURCE:PORT".
                told = (rule.description or "").removeprefix("from ").partition(":")[0]
                yield f"reached by  {places.get(rule.peer) or told or rule.peer}"


def about_user(user: User) -> Iterator[str]:
    """How a user logs in, and what it may do."""
    access = AccessString.read(user.access_string)
    yield f"{user.id}, as {user.name!r} by {user.authentication}: {access}"
    summary = access.summary(user.engine)
    if not summary.enabled:
        yield "    disabled: can't log in"
        return
    for scope in summary.scopes:
        keys = [*scope.keys, *(f"{pattern} (read only)" for pattern in scope.read_keys)]
        keys += [f"{pattern} (write only)" for pattern in scope.write_keys]
        yield f"    keys {', '.join(keys) or 'none'}; channels {', '.join(scope.channels) or 'none'}"
        yield f"    {len(scope.commands)} commands of {len(scope.commands) + len(scope.denied)}"
    for command in (("GET", "cart:1"), ("SET", "cart:1", "..."), ("GET", "order:1"), ("FLUSHALL",)):
        decision = access.allows(*command, engine=user.engine)
        yield f"    {' '.join(command):<15} {'yes' if decision else 'no'}: {decision.reason}"


def about_group(group: UserGroup, declared: Declaration) -> str:
    """Who is in a group, and what it guards."""
    caches = [cache.name for cache in declared.caches if cache.user_group_id == group.id]
    return f"{group.id}: {', '.join(group.user_ids)}; on {', '.join(caches) or 'no cache'}"


def about_grants(declared: Declaration) -> Iterator[str]:
    """Which role may connect where, as whom."""
    for principal in declared.principals:
        for arn in connectable(principal):
            yield f"{principal.name} may connect: {arn}"


def connectable(principal: Principal) -> Iterator[str]:
    """The ARNs on which a principal has elasticache:Connect."""
    for policy in principal.policies:
        statements = policy.document["Statement"]
        for statement in statements if isinstance(statements, list) else []:
            if isinstance(statement, dict) and "elasticache:Connect" in as_list(statement["Action"]):
                yield from map(str, as_list(statement["Resource"]))


def here(path: Path) -> str:
    """A path as it is typed in this folder, where it lies below."""
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)


def as_list(value: object) -> list[object]:
    """A policy writes a list of one without the list."""
    return value if isinstance(value, list) else [value]


def title(text: str) -> None:
    """Begin a part."""
    bold = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    print(f"\n\033[1m{text}\033[0m" if bold else f"\n{text}\n{'=' * len(text)}", flush=True)


def line(text: str) -> None:
    """Print a line of a part."""
    print(f"  {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
