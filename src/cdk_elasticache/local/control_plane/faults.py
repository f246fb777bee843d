"""What goes wrong between us and the machine, as an error with a code."""

from ...errors import ElastiCacheError


class LocalError(ElastiCacheError):
    """The machine, not the declaration, stands in the way.

    ``StateFolderHeld``     another runtime has the folder
    ``StateFolderRefused``  the folder can't be written, or the disk is full
    ``StateTooNew``         a later release wrote it
    ``NotRunning``          nothing runs there
    ``HostNotStarted``      the runtime ended before it answered
    ``SecretMissing``       a secret has no local value
    ``NothingDeclared``     nobody has run ``up`` there
    """


#: Why a cache of Memcached has the status ``create-failed``.
MEMCACHED_MISSING = "it is not started: Memcached doesn't run here yet; use valkey to try it on this machine"
