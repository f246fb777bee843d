"""Who may import whom: the arrows of the architecture, and that what needs no Node starts none."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import cdk_elasticache

SOURCE = Path(cdk_elasticache.__file__).parent

#: A room of the package: the rooms that it may import, itself apart.
MAY_IMPORT = {
    "errors": set(),
    "model": {"errors"},
    "constructs": {"errors", "model"},
    "template": {"errors", "model"},
    "local": {"errors", "model", "template"},
    # The command line may look at every half; it has no logic of its own.
    "cli": {"errors", "model", "template", "local", "_version"},
    "pytest_plugin": {"errors", "model", "template", "local", "_version"},
    "__main__": {"cli"},
    # The public door: loads each name's room when asked for it.
    "__init__": {"errors", "model", "constructs", "_version"},
    "_version": set(),
}

#: Rooms that may import the CDK. All others work without Node.
MAY_IMPORT_CDK = {"constructs"}

#: What the model may import from outside of the package: the standard library.
CDK = {"aws_cdk", "constructs", "jsii"}

MODULES = sorted(path.relative_to(SOURCE) for path in SOURCE.rglob("*.py"))


def room_of(module: Path) -> str:
    return module.parts[0].removesuffix(".py")


def is_for_types_only(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")


def statements(tree: ast.AST) -> Iterator[ast.AST]:
    """Every statement that runs; what stands under ``if TYPE_CHECKING`` never does."""
    for child in ast.iter_child_nodes(tree):
        if is_for_types_only(child):
            continue
        yield child
        yield from statements(child)


def imported(module: Path, *, for_types: bool = False) -> Iterator[str]:
    """What a module imports, by absolute name.

    :param for_types: what it imports for type checks alone, too.
    """
    package = ["cdk_elasticache", *module.with_suffix("").parts]
    package = package[:-1]
    tree = ast.parse((SOURCE / module).read_text())
    for node in ast.walk(tree) if for_types else statements(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*above, *((node.module or "").split(".") if node.module else [])])
            yield from (f"{base}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_a_room_imports_only_the_rooms_that_it_may(module: Path) -> None:
    room = room_of(module)
    ours = [name.split(".") for name in imported(module) if name.split(".")[0] == "cdk_elasticache"]
    rooms = {parts[1] for parts in ours if len(parts) > 1}
    assert rooms <= MAY_IMPORT[room] | {room}


def depends_on(module: Path) -> set[Path]:
    """The modules of ours that a module imports at its top or within a function, for types included."""
    named = (
        name.split(".")[1:]
        for name in imported(module, for_types=True)
        if name.startswith("cdk_elasticache.")
    )
    paths = (Path(*parts[:length]) for parts in named for length in (len(parts), len(parts) - 1) if length)
    return {path.with_suffix(".py") for path in paths if path.with_suffix(".py") in MODULES} - {module}


def test_no_modules_import_each_other_in_a_ring() -> None:
    # A package's __init__ is left out: importing any of its modules runs it.
    graph = {module: depends_on(module) for module in MODULES if module.name != "__init__.py"}
    assert sum(map(len, graph.values())) > len(graph)  # the graph is not empty by mistake
    assert list(TopologicalSorter(graph).static_order())


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_only_the_constructs_import_the_cdk(module: Path) -> None:
    if room_of(module) not in MAY_IMPORT_CDK:
        assert {name.split(".")[0] for name in imported(module)} & CDK == set()


@pytest.mark.parametrize(
    "module", [module for module in MODULES if room_of(module) in ("model", "errors")], ids=str
)
def test_the_model_imports_the_standard_library_only(module: Path) -> None:
    outside = {name.split(".")[0] for name in imported(module)} - {"cdk_elasticache"}
    assert outside <= sys.stdlib_module_names


#: What the model may not touch: it's pure.
IMPURE = {
    "asyncio",
    "datetime",
    "os",
    "random",
    "socket",
    "sqlite3",
    "subprocess",
    "tempfile",
    "threading",
    "time",
}


@pytest.mark.parametrize("module", [module for module in MODULES if room_of(module) == "model"], ids=str)
def test_the_model_has_no_clock_no_chance_and_no_processes(module: Path) -> None:
    assert {name.split(".")[0] for name in imported(module)} & IMPURE == set()


#: Everything that must work without Node: each as a program that must start none.
WITHOUT_NODE = {
    "the package": "import cdk_elasticache",
    "its errors": "from cdk_elasticache import ValidationError",
    "its engines": "from cdk_elasticache import CacheEngine; str(CacheEngine.VALKEY_8)",
    "its names": "import cdk_elasticache; dir(cdk_elasticache)",
    **{
        f"{room}": "\n".join(
            f"import cdk_elasticache.{'.'.join(module.with_suffix('').parts).removesuffix('.__init__')}"
            for module in MODULES
            if room_of(module) == room
        )
        for room in ("model", "template", "cli", "local")
        if any(room_of(module) == room for module in MODULES)
    },
}

#: Fails where the CDK was loaded or a child process was started.
NO_NODE = """
import sys
started = []
sys.addaudithook(lambda event, args: event == "subprocess.Popen" and started.append(args))
{program}
assert not {{"aws_cdk", "jsii", "constructs"}} & set(sys.modules), "the CDK was loaded"
assert not started, f"a process was started: {{started}}"
"""


@pytest.mark.parametrize("program", list(WITHOUT_NODE.values()), ids=list(WITHOUT_NODE))
def test_what_needs_no_node_starts_none(program: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", NO_NODE.format(program=program)],
        env={"PYTHONPATH": str(SOURCE.parent)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_name_that_does_not_exist_is_told_as_python_does() -> None:
    with pytest.raises(AttributeError, match="module 'cdk_elasticache' has no attribute 'Nothing'"):
        cdk_elasticache.Nothing  # type: ignore[attr-defined]  # noqa: B018


def test_every_public_name_can_be_imported() -> None:
    assert [name for name in cdk_elasticache.__all__ if not hasattr(cdk_elasticache, name)] == []
    assert set(cdk_elasticache.__all__) <= set(dir(cdk_elasticache))
