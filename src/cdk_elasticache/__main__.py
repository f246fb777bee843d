"""``python -m cdk_elasticache``: the command line."""

from cdk_elasticache.cli import main

raise SystemExit(main())
