"""How the tests of rules say what is refused."""

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from cdk_elasticache.errors import ElastiCacheError, ValidationError


class Refusal(NamedTuple):
    """All that is told of a mistake."""

    code: str
    parameter: str
    value: Any
    message: str


def refusal(rule: Callable[..., object], *given: Any, **named: Any) -> Refusal:
    """What a rule says of a mistake; the test fails where it says nothing."""
    with pytest.raises(ElastiCacheError) as caught:
        rule(*given, **named)
    error = caught.value
    assert type(error) is ValidationError
    return Refusal(error.code, error.parameter, error.value, error.message)
