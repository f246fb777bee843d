"""Dynamic references: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdk_elasticache.template.dynamic_references import (
    Confidential,
    DynamicReference,
    UnknownReferenceError,
    fill,
    split,
)

ARN = "arn:aws:secretsmanager:us-east-1:111122223333:secret:shop-AbCdEf"


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("{{resolve:secretsmanager:shop}}", DynamicReference("secretsmanager", "shop")),
        ("{{resolve:secretsmanager:shop:SecretString}}", DynamicReference("secretsmanager", "shop")),
        ("{{resolve:secretsmanager:shop:SecretString:pw}}", DynamicReference("secretsmanager", "shop", "pw")),
        (
            f"{{{{resolve:secretsmanager:{ARN}:SecretString:pw::}}}}",
            DynamicReference("secretsmanager", ARN, "pw"),
        ),
        (f"{{{{resolve:secretsmanager:{ARN}:SecretString:::}}}}", DynamicReference("secretsmanager", ARN)),
        (
            "{{resolve:secretsmanager:shop:SecretString:pw:AWSPREVIOUS}}",
            DynamicReference("secretsmanager", "shop", "pw", "AWSPREVIOUS"),
        ),
        (
            "{{resolve:secretsmanager:shop:SecretString:pw::1234}}",
            DynamicReference("secretsmanager", "shop", "pw", "1234"),
        ),
        ("{{resolve:ssm:/a/b}}", DynamicReference("ssm", "/a/b")),
        ("{{resolve:ssm:/a/b:3}}", DynamicReference("ssm", "/a/b", version="3")),
        ("{{resolve:ssm-secure:/a/b:3}}", DynamicReference("ssm-secure", "/a/b", version="3")),
    ],
)
def test_each_documented_form_is_read(text: str, reference: DynamicReference) -> None:
    assert split(f"a{text}b") == ["a", reference, "b"]


@pytest.mark.parametrize(
    "text",
    [
        "{{resolve:s3:x}}",
        "{{resolve:ssm:}}",
        "{{resolve:secretsmanager:x:SecretBinary:y}}",
        "{{resolve:ssm:x",
    ],
)
def test_what_only_looks_like_a_reference_is_refused_when_it_is_needed(text: str) -> None:
    assert split(text) == [text]
    with pytest.raises(UnknownReferenceError):
        fill(text, lambda _: "value")


def test_a_text_is_filled_with_the_answers_and_an_unanswered_reference_is_named() -> None:
    answers = {DynamicReference("ssm", "/a"): "1", DynamicReference("ssm", "/b"): "2"}
    assert fill("x{{resolve:ssm:/a}}-{{resolve:ssm:/b}}", answers.get) == "x1-2"
    with pytest.raises(UnknownReferenceError) as caught:
        fill("{{resolve:ssm:/c}}", answers.get)
    assert caught.value.reference == DynamicReference("ssm", "/c")


def test_a_confidential_text_shows_only_its_kind_and_length() -> None:
    plain = Confidential("correct horse battery")
    referring = Confidential("{{resolve:secretsmanager:shop:SecretString:pw}}")
    assert [repr(plain), str(plain), repr(referring), f"{(referring,)}"] == [
        "<text of 21 characters>",
        "<text of 21 characters>",
        "<text with 1 dynamic reference>",
        "(<text with 1 dynamic reference>,)",
    ]
    assert (plain.reveal(lambda _: None), referring.reveal(lambda _: "pa55")) == (
        "correct horse battery",
        "pa55",
    )
    assert (plain.literal, referring.literal) == ("correct horse battery", None)


@given(st.text() | st.text(alphabet="{}resolv:sm-cg/ "))
def test_splitting_loses_nothing_of_a_text_without_references(text: str) -> None:
    if "{{resolve:" not in text:
        assert "".join(map(str, split(text))) == text
    assert all(split(text)) or text == ""
