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

#: A password or a hash within an access string, and what shows that a text is one.
_LOGIN = r"""(?:(?<=[\s('"])|^)[><#!][^\s'")]{4,}"""
_ACCESS = r"(?:^|\s)\(?(?:on|off|all\w+|reset\w+|[~&%+-]\S+)(?:\s|$)|^\s*[><#!]\S{4,}\s*$"


#: Characters of a value that a message shows.
_LONGEST = 400


def mask_logins(value: object, depth: int = 5) -> object:
    """Give a value without the passwords and hashes that it would have as an access string, wherever it was given."""
    import re  # noqa: PLC0415 - slow to import, and only errors need it

    if isinstance(value, str):
        return mask_text(value) if re.search(_ACCESS, value) else value
    if depth and type(value) is list:
        return [mask_logins(item, depth - 1) for item in value]
    if depth and type(value) is tuple:
        return tuple(mask_logins(item, depth - 1) for item in value)
    if depth and type(value) is dict:
        return {mask_logins(key): mask_logins(item, depth - 1) for key, item in value.items()}
    return value if depth or not isinstance(value, list | tuple | dict) else type(value)()


def mask_text(message: str) -> str:
    """Give a message without the passwords and hashes that a value in it would have as an access string."""
    import re  # noqa: PLC0415 - as above

    return re.sub(_LOGIN, lambda login: f"{login.group()[0]}…", message)


class ElastiCacheError(Exception):
    """A mistake we could name.

    :param code: stable name of the broken rule, one of those below.
    :param message: what the rule is, and what was given. Never holds a secret. The attribute ends with the remedy.
    :param remedy: the way out; ``""`` where the rule says it already.
    :param parameter: the Python name of the argument at fault; ``""`` where there is none.
    :param value: what was given; for passwords and hashes only a description of it.
    :param construct_path: construct path or logical id of the culprit; ``""`` until it is known.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        remedy: str = "",
        parameter: str = "",
        value: object = None,
        construct_path: str = "",
    ) -> None:
        super().__init__()
        self.code = code
        self.value = mask_logins(value) if isinstance(value, str | list | tuple | dict) else value
        if self.value is not value:
            for show in (lambda it: repr(it).strip("'\""), str):
                message = message.replace(show(value), show(self.value)) if show(value) else message
        if isinstance(value, str) and len(value) > _LONGEST:
            message = message.replace(repr(self.value), f"{repr(self.value)[:_LONGEST]}…'")
        self.say(message, remedy)
        self.parameter = parameter
        self.construct_path = construct_path

    def say(self, problem: str, remedy: str) -> None:
        """Put the message in other words: those of who reads it."""
        self.problem = problem  #: the message without its remedy
        self.remedy = remedy
        self.message = f"{problem}; {remedy}" if remedy else problem
        self.args = (self.message,)

    def __str__(self) -> str:
        place = f" at {self.construct_path}" if self.construct_path else ""
        return f"{self.message} [{self.code}{place}]"


class ValidationError(ElastiCacheError, ValueError):
    """The caller asked for something that the service, or the CDK, refuses."""


class ArgumentTypeError(ElastiCacheError, TypeError):
    """A value of the wrong Python type."""


class TemplateError(ElastiCacheError, ValueError):
    """A template or cloud assembly holds something that cannot be read."""


#: The codes of :class:`TemplateError`, and of what only a template can get wrong, since the constructs can't: what a
#: source, a template or a value in it must do.
TEMPLATE_CODES = {
    "AppFailed": "synthesize: the app of a cdk.json ends well and writes a cloud assembly",
    "CircularReference": "not depend on itself",
    "DuplicateItem": "give each item of a list once",
    "DuplicateKey": "give each key of an object once",
    "DuplicateName": "give a name to one resource of a kind only",
    "InvalidAssembly": "be a cloud assembly as the CDK writes it",
    "InvalidAuthentication": "say once, and without contradiction, how a user logs in",
    "InvalidCdkJson": "be a cdk.json that the CDK can read, with a command under app",
    "InvalidChoice": "give a property one of the values that it can have",
    "InvalidCondition": "be Fn::And, Fn::Equals, Fn::Not, Fn::Or or Condition, where a condition is made",
    "InvalidDailySnapshotTime": "give a daily snapshot time as HH:MM, in UTC",
    "InvalidDynamicReference": "hold dynamic references that CloudFormation can read",
    "InvalidFunction": "give a function the arguments it takes, where it may stand",
    "InvalidParameter": "give a parameter a value that its declaration allows",
    "InvalidResourceId": "name subnets and security groups by their ids",
    "InvalidTag": "give tags different keys of 1 to 128 characters, that don't begin with aws:",
    "InvalidTemplate": "have the sections and resources that CloudFormation has",
    "InvalidTemplateText": "be JSON or YAML that CloudFormation reads",
    "InvalidValue": "be of the type that the property has",
    "MalformedPolicyDocument": "hold IAM policies that IAM would take",
    "MissingExtra": "be read with an extra of this package that isn't installed",
    "MissingParameter": "give a value to a parameter without a default",
    "MissingProperty": "give a property that is required",
    "MissingValues": "be given each value that it lacks: of parameters, imports and secrets",
    "NestedTemplateMissing": "have the templates of nested stacks at hand",
    "GroupWithoutUsers": "have users in a group, since nobody else can log in to its caches",
    "NodeMissing": "have a Node to run the app of a cdk.json",
    "NullValue": "hold no null",
    "SourceNotFound": "be a file or folder that can be read",
    "TemplateTooDeep": "nest and refer within bounds",
    "TextTooLong": "make texts within bounds",
    "UnknownParameter": "give values only to parameters that are declared",
    "UnknownProperty": "give a resource the properties that it has",
    "UnknownStack": "name stacks of the source",
    "UnknownType": "have resource types that CloudFormation has",
    "UnresolvedDynamicReference": "have a local value for each secret and SSM parameter that is referred to",
    "UnresolvedImport": "import what another stack of the source exports",
    "UnresolvedReference": "refer to what the template declares",
    "UnsupportedArnWildcard": "hold no wildcard in the service or the resource type of a policy's ARN",
    "UnsupportedFunction": "use functions that CloudFormation has there",
    "UnsupportedTransform": "hold no macro or transform but AWS::LanguageExtensions and AWS::Serverless-2016-10-31",
}


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
        remedy: str = "",
        parameter: str = "access_string",
        value: object = None,
        construct_path: str = "",
    ) -> None:
        super().__init__(
            code, message, remedy=remedy, parameter=parameter, value=value, construct_path=construct_path
        )
        self.position = position
        self.word = word
        self.picture = picture

    def __str__(self) -> str:
        return f"{super().__str__()}\n{self.picture}" if self.picture else super().__str__()


#: The codes of what is declared, each with its rule; docs/errors.md has an example and the remedy.
CODES = {
    # any construct
    "ConstructIdRefused": "A construct's id is not empty and not taken within its scope.",
    "ScopeOutsideStack": "A construct is made in a stack.",
    "UnknownKey": "A dict given for a struct has only the struct's keys.",
    "WrongType": "An argument is of the type that its documentation says.",
    # tables of commands
    "UnknownEngine": "Commands are known of the engines and versions that the service offers.",
    # names
    "DescriptionTooLong": "A description has at most 255 characters.",
    "EmptyName": "A name or an id is not empty.",
    "InvalidDescriptionCharacters": "A description holds neither < nor >.",
    "InvalidIdentifier": "An id begins with an ASCII letter, and holds only ASCII letters, digits and single hyphens, "
    "none of them at the end.",
    # limits
    "InvalidDataStorageMaximum": "The highest storage is a whole number from 1 to 5000 GiB.",
    "InvalidDataStorageMinimum": "The lowest storage is a whole number from 1 to 5000 GiB.",
    "InvalidDataStorageRange": "The lowest storage is not above the highest.",
    "InvalidRequestRateMaximum": "The highest rate is a whole number from 1000 to 15000000 ECPU/s.",
    "InvalidRequestRateMinimum": "The lowest rate is a whole number from 1000 to 15000000 ECPU/s.",
    "InvalidRequestRateRange": "The lowest rate is not above the highest.",
    # backups
    "InvalidBackupArn": "What a cache is restored from is the ARN of a backup.",
    "InvalidBackupNameCharacters": "The final backup's name holds only ASCII letters, digits and hyphens.",
    "InvalidBackupNameConsecutiveHyphens": "The final backup's name holds no two hyphens in a row.",
    "InvalidBackupNameEnd": "The final backup's name does not end with a hyphen.",
    "InvalidBackupNameLength": "The final backup's name has at most 255 characters.",
    "InvalidBackupNameStart": "The final backup's name begins with an ASCII letter.",
    "InvalidBackupRetentionLimit": "Backups are kept for a whole number of days from 1 to 35.",
    "UnsupportedBackupSchedule": "Backups are made at one time, every day.",
    # a cache's surroundings
    "AsymmetricKey": "The key of a cache is symmetric, and for encryption.",
    "MemcachedUserGroupNotSupported": "A Memcached cache has no user group.",
    "NoMatchingSubnets": "A cache is reached in at least one subnet of its VPC.",
    "RedisUserGroupMismatch": "A redis cache has a redis user group.",
    # users
    "DuplicatePassword": "Two passwords of a user differ.",
    "IamUserNameMustEqualUserId": "The name of a user with IAM authentication is its id.",
    "InvalidPassword": 'A password has 16 to 128 printable characters, none of them , " / @.',
    "InvalidPasswordCount": "A user with passwords has one or two.",
    "UnsupportedEngineForNoPassword": "A user without a password is a redis user.",
    "UnsupportedUserEngine": "The engine of a user or a user group is valkey or redis.",
    # user groups
    "DuplicateUserId": "A user is in a group once.",
    "DuplicateUserName": "User names differ within a group.",
    "ImportedUserGroupModification": "Users are added to groups that this app makes, not to imported ones.",
    "RedisUserGroupEngineMismatch": "A redis group holds redis users only.",
    "RedisUserGroupMissingDefaultUser": "A redis group holds a user named default, by the time of synthesis.",
    # imports
    "ConflictingCacheIdentifiers": "A cache is imported by its name or by its ARN, not by both.",
    "ConflictingUserGroupIdentifiers": "A user group is imported by its name or by its ARN, not by both.",
    "ConflictingUserIdentifiers": "A user is imported by its id or by its ARN, not by both.",
    "InvalidCacheArn": "A cache is imported by the ARN of a serverless cache.",
    "InvalidUserArn": "A user is imported by the ARN of a user of ElastiCache.",
    "InvalidUserGroupArn": "A user group is imported by the ARN of a user group.",
    "MissingCacheIdentifier": "A cache is imported by its name or by its ARN.",
    "MissingUserGroupIdentifier": "A user group is imported by its name or by its ARN.",
    "MissingUserIdentifier": "A user is imported by its id or by its ARN.",
    "UnsupportedCacheEngine": "The engine of an imported cache is valkey, redis or memcached.",
    # grants
    "InvalidActions": "A granted action is one that IAM can have.",
    "NoActions": "A grant names at least one action.",
    "NoResources": "A grant names at least one resource.",
    # metrics
    "InvalidMetric": "A metric has settings that CloudWatch takes.",
    # access strings that are built from parts, and the questions they are asked
    "BlankInRule": "A part of an access string holds no blank and no NUL, which would end the word.",
    "CommandName": "A command or category that is allowed or denied is a name.",
    "RedundantPattern": "Patterns of keys or channels come without the pattern that allows all.",
    "WrongNumberOfArguments": "A command is asked about with as many arguments as it takes.",
}

#: The codes of what is given to a command: what a name, or a cache, must do.
LOCAL_CODES = {
    "AmbiguousName": "name one thing only",
    "EngineDowngrade": "not ask for an older major version than a cache has",
    "InvalidLimit": "lower a limit of storage, ecpu or connections to a number, at least 1",
    "UnknownName": "name something that is declared",
}

#: The codes of what can't be done on this machine, whatever is declared.
RUNTIME_CODES = {
    "DataNotReadable": "A server can read the data of its cache: no newer one has written them.",
    "EngineGone": "An engine answers for as long as somebody asks it.",
    "EngineNotFound": "The server of a cache is installed, or where CDK_ELASTICACHE_SERVER says.",
    "EngineNotStarted": "An engine starts and answers; the message ends with its last words.",
    "EngineRefused": "An engine takes what it is told.",
    "GatewayNotStarted": "A gateway gets its ports, and serves them.",
    "HostNotStarted": "The runtime starts and answers.",
    "InvalidSecret": "The value of a secret is text of at least one character.",
    "NotRunning": "Something runs from the state folder; up starts it.",
    "NothingDeclared": "A state folder is there; up makes it.",
    "OutputsNotWritten": "The file of --outputs-file can be written.",
    "SecretMissing": "A secret that a template refers to, and doesn't make, has a local value.",
    "StateFolderHeld": "A state folder has one runtime at a time.",
    "StateFolderRefused": "A state folder is ours and can be written, on a disk that isn't full.",
    "StateTooNew": "A state folder was written by this release or an older one.",
    "Unexpected": "Every failure of the runtime has a code of its own; one with this one is ours to mend.",
    "WrongCommand": "A verdict is asked of a command that the engine takes.",
}

#: The ids of warnings, each with what it doubts; the CDK puts ``cdk-elasticache:`` before them.
WARNINGS = {
    "backup-time-without-retention": "A backup time has no effect without a retention.",
    "doubtful-name": "A name is one that AWS, or the engine, is likely to refuse.",
    "DuplicateName": "Two resources of one kind in a stack have the same name.",
    "iam-user-capitals": "The id of an IAM user has capitals, and its name has to equal what AWS stores.",
    "no-password-user-in-valkey-group": "A valkey group is documented to take only users who authenticate.",
    "reserved-user-id": "The user id default is taken in every account.",
    "single-zone": "A cache needs subnets in at least two availability zones.",
    "ssm-secure": "A secure string of SSM is referred to where CloudFormation doesn't resolve it.",
    "unknown-engine": "An engine, or a version of it, isn't known to be offered.",
}
