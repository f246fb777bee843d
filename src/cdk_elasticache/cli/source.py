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
