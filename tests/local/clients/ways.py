"""Every way to sign in, as user name and password."""

from collections.abc import Callable

from cdk_elasticache import local

from .conftest import PASSWORDS

Way = tuple[local.Cache, str | None, str | None]


def _botocore_token(running: local.Local) -> Way:
    """As the AWS documentation has it for Python: botocore signs, with the credentials of the role."""
    from botocore.auth import SigV4QueryAuth  # type: ignore[import-untyped]
    from botocore.awsrequest import AWSRequest  # type: ignore[import-untyped]
    from botocore.credentials import Credentials  # type: ignore[import-untyped]

    cache = running.caches["Shop"]
    parameters = {"Action": "connect", "User": "token", "ResourceType": "ServerlessCache"}
    request = AWSRequest("GET", f"http://{cache.name}/", params=parameters)
    credentials = Credentials(*running.credentials("AppRole"))
    SigV4QueryAuth(credentials, "elasticache", "us-east-1", expires=900).add_auth(request)
    return cache, "token", request.url.removeprefix("http://")


WAYS: dict[str, Callable[[local.Local], Way]] = {
    "first password": lambda running: (running.caches["Shop"], "app", PASSWORDS[0]),
    "second password": lambda running: (running.caches["Shop"], "app", PASSWORDS[1]),
    "iam token": lambda running: (running.caches["Shop"], *running.caches["Shop"].login("token")),
    "iam token of botocore": _botocore_token,
    "user without password": lambda running: (running.caches["Lobby"], "guest", "anything"),
    "no user": lambda running: (running.caches["Open"], None, None),
}
