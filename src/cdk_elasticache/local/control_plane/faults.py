"""What goes wrong between us and the machine, as an error with a code."""

from ...errors import ElastiCacheError


class LocalError(ElastiCacheError):
    """What is declared is right, and yet it can't be done here.

    ``StateFolderHeld``     another runtime has the folder
    ``StateFolderRefused``  the folder can't be written, or the disk is full
    ``StateTooNew``         a later release wrote it
    ``NotRunning``          nothing runs there
    ``HostNotStarted``      the runtime ended before it answered
    ``SecretMissing``       a secret has no local value
    ``InvalidSecret``       the value that is given is empty, or no text
    ``NothingDeclared``     nobody has run ``up`` there
    ``OutputsNotWritten``   the file of ``--outputs-file`` can't be written
    ``WrongCommand``        a verdict is asked of what is no command
    ``UnknownName``         no cache, user or principal is called so
    ``AmbiguousName``       more than one is
    """
