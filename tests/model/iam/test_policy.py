"""Documents: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdk_elasticache.errors import ValidationError
from cdk_elasticache.model.iam.policy import Policy, Statement, read_policy

GOOD = {"Effect": "Allow", "Action": "elasticache:Connect", "Resource": "*"}


def test_a_statement_is_read_whole() -> None:
    document = {
        "Version": "2012-10-17",
        "Id": "any",
        "Statement": [
            {"Sid": "Go", "Effect": "Deny", "NotAction": ["s3:*", "SQS:Send*"], "NotResource": "*"}
        ],
    }
    assert read_policy("shop", document) == Policy(
        "shop",
        (
            Statement(
                label="Sid 'Go' of the policy 'shop'",
                allows=False,
                actions=("s3:*", "sqs:send*"),
                except_actions=True,
                resources=("*",),
                except_resources=True,
                conditions=(),
                variables=True,
            ),
        ),
    )


def test_a_lone_statement_is_a_list_of_one() -> None:
    lone, listed = read_policy("p", {"Statement": GOOD}), read_policy("p", {"Statement": [GOOD]})
    assert [one._replace(label="") for one in lone.statements] == [
        one._replace(label="") for one in listed.statements
    ]


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ([], "policy_document must be an object in the policy 'p', got []"),
        ({"Statements": []}, "Statements must not be there in the policy 'p', got []"),
        ({}, "Statement must be a statement or a list of them in the policy 'p', got None"),
        (
            {"Version": "2012-10-18", "Statement": GOOD},
            "Version must be 2008-10-17 or 2012-10-17 in the policy 'p', got '2012-10-18'",
        ),
        ({"Statement": [GOOD, "Allow"]}, "Statement[1] must be an object in the policy 'p', got 'Allow'"),
        (
            {"Statement": [{**GOOD, "Effect": "allow"}]},
            "Statement[0].Effect must be Allow or Deny in the policy 'p', got 'allow'",
        ),
        (
            {"Statement": [{**GOOD, "Effect": ["Allow"]}]},
            "Statement[0].Effect must be Allow or Deny in the policy 'p', got ['Allow']",
        ),
        ({"Statement": [{**GOOD, "Sid": 1}]}, "Statement[0].Sid must be text in the policy 'p', got 1"),
        (
            {"Statement": [{**GOOD, "Actions": "*"}]},
            "Statement[0].Actions must not be there in the policy 'p', got '*'",
        ),
        (
            {"Statement": {**GOOD, "Principal": "*"}},
            "Statement.Principal must not be there in the policy 'p', got '*'",
        ),
        (
            {"Statement": [{**GOOD, "NotAction": "s3:*"}]},
            "Statement[0] must hold either Action or NotAction in the policy 'p', got ['Action', 'NotAction']",
        ),
        (
            {"Statement": {"Effect": "Allow", "Action": "*"}},
            "Statement must hold either Resource or NotResource in the policy 'p', got []",
        ),
        (
            {"Statement": {**GOOD, "Action": []}},
            "Statement.Action must be text or a list of texts in the policy 'p', got []",
        ),
        (
            {"Statement": {**GOOD, "Resource": ["*", 1]}},
            "Statement.Resource must be text or a list of texts in the policy 'p', got ['*', 1]",
        ),
        (
            {"Statement": {**GOOD, "Action": "Connect"}},
            "Statement.Action must name a service before a colon in the policy 'p', got 'Connect'",
        ),
        (
            {"Statement": {**GOOD, "Condition": ["Bool"]}},
            "Statement.Condition must be an object in the policy 'p', got ['Bool']",
        ),
        (
            {"Statement": {**GOOD, "Condition": {"Boolean": {"aws:SecureTransport": True}}}},
            "Statement.Condition.Boolean must be a condition operator in the policy 'p', got 'Boolean'",
        ),
        (
            {"Statement": {**GOOD, "Condition": {"ForSomeValues:Bool": {"aws:SecureTransport": True}}}},
            "Statement.Condition.ForSomeValues:Bool must be a condition operator in the policy 'p', "
            "got 'ForSomeValues:Bool'",
        ),
        (
            {"Statement": {**GOOD, "Condition": {"StringEquals": "x"}}},
            "Statement.Condition.StringEquals must be an object in the policy 'p', got 'x'",
        ),
        (
            {"Statement": {**GOOD, "Condition": {"StringEquals": {"aws:username": [{}]}}}},
            "Statement.Condition.StringEquals.aws:username must be text, a number, true or false, or a list of "
            "these in the policy 'p', got {}",
        ),
    ],
)
def test_a_malformed_document_is_refused_at_its_path(document: object, message: str) -> None:
    with pytest.raises(ValidationError) as caught:
        read_policy("p", document)
    assert (caught.value.code, caught.value.message) == ("MalformedPolicyDocument", message)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["Statement", "Effect", "Action", "Resource", "Condition", "Bool", "Null", "x"]),
            inner,
        )
    ),
)


@given(JSON, JSON)
def test_no_json_does_more_than_be_refused(any_json: object, part: object) -> None:
    for document in (any_json, {"Statement": part}, {"Statement": {**GOOD, "Condition": part}}):
        try:
            read_policy("p", document)
        except ValidationError as error:
            assert error.code == "MalformedPolicyDocument"  # noqa: PT017 - either outcome is right
