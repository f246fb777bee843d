"""Decisions on policies that nobody chose, beside an evaluator that reads the IAM User Guide in its own words.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html,
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html,
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html and
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from cdk_elasticache.model.iam.evaluation import Principal, Request, decide
from cdk_elasticache.model.iam.policy import read_policy

Document = Mapping[str, Any]
Context = Mapping[str, Sequence[str]]

ACCOUNT = "arn:aws:elasticache:eu-west-1:000000000000"
RESOURCES = [f"{ACCOUNT}:serverlesscache:shop", f"{ACCOUNT}:user:app", f"{ACCOUNT}:snapshot:shop-1"]
ACTIONS = ["elasticache:Connect", "elasticache:DeleteUser", "elasticache:CreateServerlessCacheSnapshot"]
NO_VALUE = object()


def text_of(value: str, context: Context, variables: bool) -> Any:
    """A value of a policy as a regular expression, or NO_VALUE."""
    pattern = ""
    for piece in re.split(r"(\$\{[^}]*\})", value):
        if not (variables and piece.startswith("${")):
            pattern += "".join({"*": ".*", "?": "."}.get(letter, re.escape(letter)) for letter in piece)
        elif piece in ("${*}", "${?}", "${$}"):
            pattern += re.escape(piece[2])
        else:
            key, _, default = piece[2:-1].partition(", ")
            found = context.get(key.lower(), [])
            if len(found) != 1 and not default:
                return NO_VALUE
            pattern += re.escape(found[0] if found else default.strip("'"))
    return pattern


def is_like(pattern: str, value: str) -> bool:
    return re.fullmatch(pattern, value, re.DOTALL) is not None


def is_met(operator: str, key: str, values: Sequence[str], context: Context, variables: bool) -> bool:
    if operator == "Null":
        return (key.lower() not in context) is (values[0] == "true")
    quantifier, _, name = operator.rpartition(":")
    base = name.removesuffix("IfExists")
    negated = "Not" in base
    members = context.get(key.lower(), [])
    if not members:
        # "IfExists: if the key is not present, evaluate the element as true"; "ForAllValues … returns true if there
        # are no context keys"; "if the key is not in the context, negated operators are true".
        return base != name or quantifier == "ForAllValues" or (negated and quantifier == "")
    patterns = [text_of(value, context, variables) for value in values]

    def meets(member: str) -> bool:
        return (
            any(pattern is not NO_VALUE and is_like(pattern, member) for pattern in patterns) is not negated
        )

    return any(map(meets, members)) if quantifier == "ForAnyValue" else all(map(meets, members))


def applies(statement: Document, variables: bool, action: str, resource: str, context: Context) -> bool:
    for name, wanted in (("Action", True), ("NotAction", False)):
        actions = statement.get(name)
        if actions is not None:
            named = any(is_like(text_of(it.lower(), {}, False), action.lower()) for it in actions)
            if named is not wanted:
                return False
    for name, wanted in (("Resource", True), ("NotResource", False)):
        resources = statement.get(name)
        if resources is not None:
            texts = [text_of(it, context, variables) for it in resources]
            if any(text is not NO_VALUE and is_like(text, resource) for text in texts) is not wanted:
                return False
    return all(
        is_met(operator, key, values, context, variables)
        for operator, keys in statement.get("Condition", {}).items()
        for key, values in keys.items()
    )


def effects(documents: Sequence[Document], action: str, resource: str, context: Context) -> set[str]:
    return {
        statement["Effect"]
        for document in documents
        for statement in document["Statement"]
        if applies(statement, document["Version"] == "2012-10-17", action, resource, context)
    }


def is_allowed(
    documents: Sequence[Document], boundary: Document | None, action: str, resource: str, context: Context
) -> bool:
    if effects(documents, action, resource, context) != {"Allow"}:
        return False
    return boundary is None or effects([boundary], action, resource, context) == {"Allow"}


NAMES = ["Equals", "NotEquals", "Like", "NotLike"]
VALUES = ["checkout", "billing", "*", "check*", "b?lling", "${*}", "${aws:PrincipalTag/team}"]
VALUES += ["${aws:PrincipalTag/stage}", "${aws:PrincipalTag/stage, 'billing'}", "x${aws:PrincipalTag/stage}"]


def exact(operator: str, value: str) -> bool:
    """Whether the value means the same to StringEquals, to which wildcards are plain characters."""
    return "Like" in operator or not set("*?") & set(re.sub(r"\$\{.*?\}", "", value))


@st.composite
def conditions(draw: st.DrawFn) -> Document:
    made: dict[str, dict[str, list[str]]] = {}
    for _ in range(draw(st.integers(1, 2))):
        if draw(st.integers(0, 5)) == 0:
            key = draw(st.sampled_from(["aws:PrincipalTag/stage", "aws:ResourceTag/team", "aws:TagKeys"]))
            made.setdefault("Null", {})[key] = [draw(st.sampled_from(["true", "false"]))]
            continue
        many = draw(st.booleans())
        quantifier = draw(st.sampled_from(["ForAllValues:", "ForAnyValue:"])) if many else ""
        # Of ForAnyValue with IfExists, AWS doesn't say what holds without the key: tested apart.
        last = "" if quantifier == "ForAnyValue:" else draw(st.sampled_from(["", "IfExists"]))
        operator = f"{quantifier}String{draw(st.sampled_from(NAMES))}{last}"
        key = "aws:TagKeys" if many else draw(st.sampled_from(["aws:ResourceTag/team", "aws:SourceVpc"]))
        usable = [value for value in VALUES if exact(operator, value)]
        values = draw(st.lists(st.sampled_from(usable), min_size=1, max_size=3))
        made.setdefault(operator, {})[key] = values
    return made


@st.composite
def statements(draw: st.DrawFn) -> Document:
    action = draw(st.sampled_from(["Action"] * 4 + ["NotAction"]))
    resource = draw(st.sampled_from(["Resource"] * 4 + ["NotResource"]))
    patterns = [
        *ACTIONS,
        "*",
        "elasticache:*",
        "ELASTICACHE:connect",
        "elasticache:?onnect",
        "elasticache:*User",
    ]
    patterns += ["elasticache:Connec", "s3:*"]
    names = [*RESOURCES, "*", f"{ACCOUNT}:user:*", f"{ACCOUNT}:serverlesscache:${{aws:PrincipalTag/stage}}"]
    names += [f"{ACCOUNT}:snapshot:shop-?", f"{ACCOUNT}:user:${{aws:PrincipalTag/team}}"]
    made = {
        "Effect": draw(st.sampled_from(["Allow", "Allow", "Deny"])),
        action: draw(st.lists(st.sampled_from(patterns), min_size=1, max_size=2)),
        resource: draw(st.lists(st.sampled_from(names), min_size=1, max_size=2)),
    }
    return made | ({"Condition": draw(conditions())} if draw(st.booleans()) else {})


DOCUMENTS = st.fixed_dictionaries(
    {
        "Version": st.sampled_from(["2012-10-17", "2012-10-17", "2008-10-17"]),
        "Statement": st.lists(statements(), min_size=1, max_size=3),
    }
)
CONTEXTS = st.fixed_dictionaries(
    {},
    optional={
        "aws:principaltag/team": st.sampled_from([["checkout"], ["app"]]),
        "aws:principaltag/stage": st.sampled_from([["shop"], ["b*"]]),
        "aws:resourcetag/team": st.sampled_from([["checkout"], ["billing"], ["*"]]),
        "aws:sourcevpc": st.just(["checkout"]),
        "aws:tagkeys": st.sampled_from([["checkout"], ["checkout", "billing"], ["*", "x"]]),
    },
)


@settings(max_examples=400)
@given(
    documents=st.lists(DOCUMENTS, min_size=1, max_size=2),
    boundary=st.none() | DOCUMENTS,
    action=st.sampled_from(ACTIONS),
    resource=st.sampled_from(RESOURCES),
    context=CONTEXTS,
)
@example(
    # A guarded role without the tag: nothing is guarded by an entry that matches nothing, but the other counts.
    documents=[
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["*"], "Resource": ["*"]}]},
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Deny",
                    "Action": ["*"],
                    "Resource": [f"{ACCOUNT}:user:${{aws:PrincipalTag/stage}}", RESOURCES[1]],
                }
            ],
        },
    ],
    boundary=None,
    action=ACTIONS[0],
    resource=RESOURCES[1],
    context={},
)
def test_a_decision_is_what_the_user_guide_says(
    documents: list[Document], boundary: Document | None, action: str, resource: str, context: Context
) -> None:
    principal = Principal(
        "role",
        "shop",
        "arn:aws:iam::000000000000:role/shop",
        tuple(read_policy(f"p{index}", document) for index, document in enumerate(documents)),
        None if boundary is None else read_policy("boundary", boundary),
    )
    request = Request(action, resource, lambda key: tuple(context.get(key.lower(), ())))
    wanted = is_allowed(documents, boundary, action, resource, context)
    assert decide(principal, request).allowed is wanted
