"""Generated names are the CDK's own, letter by letter: another would replace a deployed cache."""

import pytest
from aws_cdk import App, Names, NestedStack, Stack, Stage
from constructs import Construct
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import cdk_elasticache as elasticache
from cdk_elasticache.constructs.generated_names import generated_name

PARTS = st.one_of(
    st.sampled_from(
        ["Default", "Resource", "A", "AA", "Cache", "MyCache", "a/b", "ünï", "Ω", "\U0001d518", "x" * 60]
    ),
    st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1, max_size=30),
).filter(lambda part: part.strip() and "Token[" not in part)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(PARTS, max_size=4),
    PARTS,
    st.sampled_from(["S", "Default", "a-very-long-stack-name-" + "x" * 60]),
)
def test_a_generated_name_is_that_of_the_cdk(above: list[str], id: str, stack: str) -> None:
    assume({*above, id, stack} != {"Default"})
    scope: Construct = Stack(App(), "Stack", stack_name=stack)
    for part in above:
        scope = Construct(scope, part)
    assert generated_name(scope, id, longest=40) == Names.unique_resource_name(
        Construct(scope, id), max_length=40
    )


def test_names_in_nested_stacks_and_stages_are_those_of_the_cdk() -> None:
    app = App()
    for stack in (
        Stack(Stage(app, "Prod"), "Inner"),
        NestedStack(Stack(app, "Outer"), "Nested"),
        NestedStack(NestedStack(Stack(Stage(app, "Test"), "Top"), "Middle"), "Bottom"),
    ):
        assert generated_name(stack, "Cache", longest=40) == Names.unique_resource_name(
            Construct(stack, "Cache"), max_length=40
        )


def test_a_path_that_says_nothing_is_refused_before_anything_is_made() -> None:
    stack = Stack(App(), "Default")
    with pytest.raises(elasticache.ValidationError) as caught:
        elasticache.UserGroup(stack, "Default")
    assert (caught.value.code, caught.value.value) == ("ConstructIdRefused", "Default")
    assert stack.node.children == []
