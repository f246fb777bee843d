"""What the CDK's look-ups give before the CDK's command line has looked anything up.

It runs an app until the first pass ends, looks up what was asked for, and runs the app again. In the first pass each
look-up gives a dummy, so nothing may fail, and nothing may be decided, by a value that is or holds a dummy.
https://docs.aws.amazon.com/cdk/v2/guide/context.html
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

#: The dummies of aws-cdk-lib, by the file of the library that has them.
DUMMIES = {
    "aws-ssm/lib/parameter.js": "dummy-value-for-",
    "core/lib/stack.js": "dummy1a dummy1b dummy1c",
    "aws-ec2/lib/vpc.js": "vpc-12345 s-12345 s-67890 p-12345 p-67890 dummy1a dummy1b rtb-12345s rtb-67890s rtb-12345p "
    "rtb-57890p 1.2.3.4/5",
    "aws-ec2/lib/security-group.js": "sg-12345678",
    "aws-ec2/lib/machine-image/machine-image.js": "ami-1234",
    "aws-ec2/lib/prefix-list.js": "pl-xxxxxxxx",
    "aws-kms/lib/key.js": "1234abcd-12ab-34cd-56ef-1234567890ab",
    "aws-ecr/lib/repository.js": "DUMMY_ARN",
    "aws-iam/lib/role.js": "DUMMY_ARN",
    "aws-elasticloadbalancingv2/lib/shared/base-listener.js": "50dc6c495c0c9188 f2f7dc8efc522ab2 sg-123456789012",
    "aws-elasticloadbalancingv2/lib/shared/base-load-balancer.js": "50dc6c495c0c9188 Z3DZXE0EXAMPLE "
    "my-load-balancer-123456789012 sg-1234 vpc-12345",
}
#: Those that are plain words: a value is a dummy only where it is all of it.
WORDS = {
    "aws-route53/lib/hosted-zone.js": "DUMMY",
    "aws-rds/lib/instance.js": "TEST TESTARN TESTADDRESS 5432 TESTID",
    "aws-rds/lib/cluster.js": "TEST TESTARN TESTADDRESS 5432 TESTREADERADDRESS TESTID",
}
#: The one that goes on with the parameter's name, and the others, which are none within a longer word: sg-1234 is a
#: dummy, and sg-1234abcd isn't.
_SSM = DUMMIES["aws-ssm/lib/parameter.js"]
_OTHERS = "|".join(sorted({re.escape(dummy) for dummies in DUMMIES.values() for dummy in dummies.split()}))
_DUMMY = re.compile(rf"{_SSM}|(?<![A-Za-z0-9])(?:{_OTHERS})(?![A-Za-z0-9])")
_WORDS = frozenset(word for words in WORDS.values() for word in words.split())


#: What the app gave its look-ups as default, while a check is done that failed without.
_given: ContextVar[frozenset[str]] = ContextVar("given for now", default=frozenset())


@contextmanager
def taken_for_dummies(texts: frozenset[str]) -> Iterator[None]:
    """Take these texts for dummies, as long as the ``with`` lasts."""
    token = _given.set(texts - {""})
    try:
        yield
    finally:
        _given.reset(token)


def is_dummy(value: object) -> bool:
    """Whether a value is a text that is, or holds, what a look-up gives in the first pass."""
    return isinstance(value, str) and (
        value in _WORDS or _DUMMY.search(value) is not None or any(text in value for text in _given.get())
    )
