"""What the commands that read a source have in common."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser


def add_cdk_validation(parser: "ArgumentParser") -> None:
    """Add ``--cdk-validation``."""
    parser.add_argument(
        "--cdk-validation",
        action="store_true",
        help="let aws-cdk-lib check an app's templates too: that takes most of the app's time",
    )


def add_values(parser: "ArgumentParser") -> None:
    """Add ``--parameter`` and ``--import``."""
    parser.add_argument(
        "--parameter",
        action="append",
        default=[],
        type=pair,
        metavar="[STACK:]KEY=VALUE",
        help="the value of a parameter",
    )
    parser.add_argument(
        "--import",
        dest="imports",
        action="append",
        default=[],
        type=pair,
        metavar="NAME=VALUE",
        help="what Fn::ImportValue NAME gives, or Fn::GetStackOutput where NAME is STACK.OUTPUT",
    )


def pair(text: str) -> tuple[str, str]:
    """The key and the value of ``KEY=VALUE``."""
    key, equals, value = text.partition("=")
    if not key or not equals:
        raise ValueError(text)
    return key, value


pair.__name__ = "KEY=VALUE"  # how argparse calls it where it doesn't fit
