"""What IAM refuses when a policy is created, in its own words in ``deployable.py``."""

from typing import Any

import pytest

from cdk_elasticache.errors import ValidationError
from cdk_elasticache.model.iam.deployable import check_deployable

GOOD: dict[str, Any] = {"Effect": "Allow", "Action": "elasticache:Connect", "Resource": "*"}
ACTION = "be * or a service, a colon and an action, with wildcards in the action alone and no blank"


@pytest.mark.parametrize(
    ("statements", "message"),
    [
        ([], "Statement must hold at least one statement in the policy 'p', got []"),
        (
            [GOOD | {"Sid": "A"}, GOOD | {"Sid": "B"}, GOOD | {"Sid": "A"}],
            "Statement[2].Sid must be unique, and Statement[0] has it too in the policy 'p', got 'A'",
        ),
        (
            GOOD | {"Sid": "my sid"},
            "Statement.Sid must have only ASCII letters and digits in the policy 'p', got 'my sid'",
        ),
        (GOOD | {"Resource": "web"}, "Statement.Resource must be * or an ARN in the policy 'p', got 'web'"),
        (GOOD | {"Resource": ["*", ""]}, "Statement.Resource must be * or an ARN in the policy 'p', got ''"),
        (
            [GOOD, {"Effect": "Deny", "NotAction": "*", "NotResource": " *"}],
            "Statement[1].NotResource must be * or an ARN in the policy 'p', got ' *'",
        ),
        (
            GOOD | {"Resource": "arn:awsome:elasticache:::x"},
            "Statement.Resource must name a partition of AWS, such as aws in the policy 'p', got "
            "'arn:awsome:elasticache:::x'",
        ),
        *(
            (GOOD | {"Action": action}, f"Statement.Action must {ACTION} in the policy 'p', got {action!r}")
            for action in (
                "*:Connect",
                "elasti*:*",
                " elasticache:Connect",
                "elasticache:Connect ",
                "Connect",
                "a: b",
            )
        ),
        (
            [{"Effect": "Allow", "NotAction": ["s3:*", "*:*"], "Resource": "*"}],
            f"Statement[0].NotAction must {ACTION} in the policy 'p', got '*:*'",
        ),
    ],
)
def test_what_iam_refuses_is_refused_at_its_path(statements: object, message: str) -> None:
    with pytest.raises(ValidationError) as caught:
        check_deployable("p", {"Statement": statements})
    assert (caught.value.code, caught.value.message) == ("MalformedPolicyDocument", message)


@pytest.mark.parametrize(
    "statements",
    [
        GOOD,
        [GOOD, GOOD],
        [GOOD | {"Sid": ""}, GOOD | {"Sid": ""}],
        [GOOD | {"Sid": "a"}, GOOD | {"Sid": "A"}],
        GOOD | {"Action": ["*", "s3:Get*", "execute-api:*", "elasticache:C?nnect"]},
        GOOD
        | {
            "Resource": [
                "arn:aws-cn:s3:::b",
                "arn:*:s3:::b",
                "arn:${aws:x}:s3",
                "${aws:x}",
                "arn:aws-iso-e:a",
            ]
        },
        # what the template makes of something else
        GOOD | {"Action": {"Ref": "Action"}, "Resource": [{"Ref": "Web"}], "Sid": {"Ref": "Sid"}},
        GOOD | {"Action": "{{resolve:ssm:a}}", "Resource": "{{resolve:ssm:r}}", "Sid": "{{resolve:ssm:s}}"},
        {"Fn::If": ["C", GOOD, GOOD]},
        [{"Fn::If": ["C", GOOD, {"Ref": "AWS::NoValue"}]}],
    ],
)
def test_what_iam_takes_or_nobody_can_know_passes(statements: object) -> None:
    check_deployable("p", {"Statement": statements})


@pytest.mark.parametrize("document", [None, [], {}, {"Fn::If": []}, "text"])
def test_what_is_no_document_is_left_to_the_grammar(document: object) -> None:
    check_deployable("p", document)
