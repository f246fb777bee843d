"""The error tree, and every code in it.

* ElastiCacheError       base of every error raised on purpose; anything else that escapes is our bug
    * ValidationError        the caller asked for something the service refuses; also a ``ValueError``
        * AccessStringError      an access string that no engine would take
    * ArgumentTypeError      a value of the wrong Python type; also a ``TypeError``
    * TemplateError          a template holds something we cannot read or do not run

A message reads ``<python name> must <rule>, got <value>[; <remedy>]``. Match on
:attr:`ElastiCacheError.code`, which is stable across releases, never on the prose. Where upstream's alpha
module has a code for the same mistake, ours has the same spelling.
"""


class ElastiCacheError(Exception):
    """A mistake we could name.

    :param code: stable name of the broken rule, one of those below.
    :param message: what the rule is, what was given, and the way out. Never holds a secret.
    :param parameter: the Python name of the argument at fault; ``""`` where there is none.
    :param value: what was given; for passwords and hashes only a description of it.
    :param construct_path: construct path or logical id of the culprit; ``""`` until it is known.
    """

    def __init__(
        self, code: str, message: str, *, parameter: str = "", value: object = None, construct_path: str = ""
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.parameter = parameter
        self.value = value
        self.construct_path = construct_path

    def __str__(self) -> str:
        place = f" at {self.construct_path}" if self.construct_path else ""
        return f"{self.message} [{self.code}{place}]"


class ValidationError(ElastiCacheError, ValueError):
    """The caller asked for something that the service, or the CDK, refuses."""


class ArgumentTypeError(ElastiCacheError, TypeError):
    """A value of the wrong Python type."""


class TemplateError(ElastiCacheError, ValueError):
    """A template or cloud assembly holds something that cannot be read."""


#: The codes of :class:`AccessStringError`: what an access string must do. The first eight hold for every
#: version of the service; the others for the newest engine we know, and the service may know more.
ACCESS_STRING_CODES = {
    "AccessStringSyntax": "be made of rules such as on, ~app:*, &news, +get, -@dangerous or (~a +get)",
    "BlankAccessString": "hold at least one rule",
    "ChannelAfterAllChannels": "not add a channel after every channel was allowed",
    "PasswordInAccessString": "hold neither a password nor a hash",
    "PatternAfterAllKeys": "not add a key pattern after every key was allowed",
    "ResetInAccessString": "not hold 'reset'",
    "UndecodableAccessString": "be text that UTF-8 can hold",
    "UnmatchedParenthesis": "close every parenthesis that it opens",
    "AuthenticationRule": "not say how the user logs in",
    "ChannelWithoutResetchannels": "drop the channels a user starts with before it adds one",
    "DatabaseRule": "not name databases",
    "PayloadRule": "not say whether payloads are sanitized",
    "UnknownCategory": "name categories that the engine has",
    "UnknownCommand": "name commands that the engine has",
    "UnknownSubcommand": "name subcommands that the command has",
    "UnsafeFirstArgument": "name a first argument without blanks and quotes",
}


class AccessStringError(ValidationError):
    """An access string that is not one.

    :param position: offset of the offending word in the text, in characters, from 0.
    :param word: the offending word; for a password or a hash only its kind and length.
    :param picture: the text in one line and the word underlined in the next; ``""`` where either may not be
        shown.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        position: int,
        word: str,
        picture: str = "",
        parameter: str = "access_string",
        value: object = None,
        construct_path: str = "",
    ) -> None:
        super().__init__(code, message, parameter=parameter, value=value, construct_path=construct_path)
        self.position = position
        self.word = word
        self.picture = picture

    def __str__(self) -> str:
        return f"{super().__str__()}\n{self.picture}" if self.picture else super().__str__()
