"""Every code and every warning's id is in the tables of errors.py, and nothing else is."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cdk_elasticache import errors

SOURCE = Path(errors.__file__).parent
TREES = {path: ast.parse(path.read_text()) for path in SOURCE.rglob("*.py") if path.name != "errors.py"}

ERRORS = {
    *("ElastiCacheError", "ValidationError", "ArgumentTypeError", "TemplateError", "AccessStringError"),
    *("LocalError", "EngineError", "GatewayError"),
}

#: Every code: of what is declared, of templates, of access strings, of what runs locally.
EVERY_CODE = {
    **errors.CODES,
    **errors.TEMPLATE_CODES,
    **errors.ACCESS_STRING_CODES,
    **errors.LOCAL_CODES,
    **errors.RUNTIME_CODES,
}


def takers() -> dict[str, int]:
    """What takes a code, and the place of ``code`` among its arguments: our classes, and each function, method or
    named tuple that hands a code on.
    """
    found = dict.fromkeys(ERRORS, 0)
    for node in (node for tree in TREES.values() for node in ast.walk(tree)):
        if isinstance(node, ast.FunctionDef):
            names = [argument.arg for argument in node.args.posonlyargs + node.args.args]
            names = names[1:] if names[:1] == ["self"] else names
            if "code" in names + [argument.arg for argument in node.args.kwonlyargs]:
                found[node.name] = names.index("code") if "code" in names else -1
        elif isinstance(node, ast.ClassDef):
            fields = [
                item.target.id
                for item in node.body
                if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name)
            ]
            if "code" in fields:
                found[node.name] = fields.index("code")
    return found


def written(node: ast.AST) -> Iterator[str]:
    """Give the text that a node is, as a pattern: a hole in an f-string stands for any letters."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield re.escape(node.value)
    elif isinstance(node, ast.JoinedStr):
        parts = (next(written(part), "[A-Za-z]+") for part in node.values)
        yield "".join(parts)
    elif isinstance(node, ast.IfExp):
        yield from written(node.body)
        yield from written(node.orelse)


def patterns_raised() -> set[str]:
    places = takers()
    found: set[str] = set()
    for node in (node for tree in TREES.values() for node in ast.walk(tree)):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in places:
                given = [keyword.value for keyword in node.keywords if keyword.arg == "code"]
                given += [node.args[places[name]]] if -1 < places[name] < len(node.args) else []
                found.update(pattern for value in given for pattern in written(value))
    return found


def words() -> set[str]:
    """Every text that is a word by itself: codes come out of tables and variables too."""
    texts = {text for tree in TREES.values() for node in ast.walk(tree) for text in written(node)}
    return {text for text in texts if re.fullmatch(r"[A-Z][A-Za-z]*(\[A-Za-z\]\+)?[A-Za-z]*", text)}


def warning_ids() -> set[Any]:
    return {
        node.args[0].value
        for tree in TREES.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") == "Doubt"
        and isinstance(node.args[0], ast.Constant)
    }


RAISED = patterns_raised()
WRITTEN = RAISED | words()


@pytest.mark.parametrize("pattern", sorted(RAISED))
def test_every_code_that_is_raised_is_in_the_table(pattern: str) -> None:
    # "InvalidDataStorage" is handed on, to get one of these after it.
    assert any(re.fullmatch(f"{pattern}(Minimum|Maximum|Range)?", code) for code in EVERY_CODE)


@pytest.mark.parametrize("code", EVERY_CODE)
def test_every_code_in_the_table_is_raised_somewhere(code: str) -> None:
    assert any(re.fullmatch(pattern, code) for pattern in WRITTEN)


def test_the_table_of_warnings_holds_the_ids_that_are_given_and_no_other() -> None:
    assert set(errors.WARNINGS) == warning_ids()


@pytest.mark.parametrize("code", EVERY_CODE)
def test_a_code_is_one_word_in_pascal_case(code: str) -> None:
    assert re.fullmatch("([A-Z][a-z]*)+", code)


@pytest.mark.parametrize(
    "rule", [*errors.CODES.values(), *errors.RUNTIME_CODES.values(), *errors.WARNINGS.values()]
)
def test_a_rule_is_one_sentence(rule: str) -> None:
    assert re.fullmatch(r"[A-Z].*[^.]\.", rule)
    assert ". " not in rule


@pytest.mark.parametrize(
    ("kind", "python_kind"),
    [
        (errors.ValidationError, ValueError),
        (errors.AccessStringError, ValueError),
        (errors.ArgumentTypeError, TypeError),
        (errors.TemplateError, ValueError),
    ],
)
def test_each_class_of_errors_is_ours_and_the_kind_that_python_users_catch(
    kind: type[errors.ElastiCacheError], python_kind: type[Exception]
) -> None:
    assert issubclass(kind, errors.ElastiCacheError)
    assert issubclass(kind, python_kind)


def test_an_error_prints_its_message_its_code_and_its_place() -> None:
    error = errors.ValidationError(
        "DescriptionTooLong", "description must be short", construct_path="S/Cache"
    )
    assert str(error) == "description must be short [DescriptionTooLong at S/Cache]"


def test_the_message_of_an_error_ends_with_its_remedy_which_it_has_apart_too() -> None:
    error = errors.ValidationError("EmptyName", "name must not be empty, got ''", remedy="leave it out")
    assert (error.problem, error.remedy) == ("name must not be empty, got ''", "leave it out")
    assert error.message == str(error.args[0]) == "name must not be empty, got ''; leave it out"


def test_an_error_whose_place_is_not_known_prints_none() -> None:
    assert str(errors.ValidationError("NoActions", "actions must be")) == "actions must be [NoActions]"
