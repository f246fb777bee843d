"""What goes wrong with a server process, as an error with a code."""

from ...errors import ElastiCacheError


class EngineError(ElastiCacheError):
    """The world failed us.

    ``EngineNotFound``, ``EngineNotStarted``, ``DataNotReadable``, ``EngineRefused`` or ``EngineGone``.
    """
