"""What goes wrong between us and the machine, as an error with a code."""

from ...errors import ElastiCacheError


class LocalError(ElastiCacheError):
    """What is declared is right, and yet it can't be done here, or a name names nothing.

    Its codes are among :data:`cdk_elasticache.errors.RUNTIME_CODES` and ``LOCAL_CODES``.
    """
