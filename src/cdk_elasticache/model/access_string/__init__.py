"""Access strings, the language that says what a user of ElastiCache may do: parsed, decided and explained.

1. ``words.py``      text into words, and the grammar.
2. ``rules.py``      words into rules: scopes with keys, channels and commands.
3. ``decide.py``     may this command line run? As ``ACL DRYRUN``, then as Serverless.
4. ``canonical.py``  rules back into text, as the engine shows them.
5. ``findings.py``   mistakes, rules without effect, advice.
6. ``compare.py``    does one allow more than another? With ``glob.py`` and ``inclusion.py`` beneath.
7. ``summary.py``    what one allows in total.  ``build.py`` makes one from keyword arguments.

``value.py`` holds it together as :class:`AccessString`.
"""

from .compare import Difference
from .decide import Decision
from .findings import Finding
from .value import AccessString

__all__ = ["AccessString", "Decision", "Difference", "Finding"]
