"""What the source itself puts into Secrets Manager and SSM: found by what refers to it, and made only then.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-secretsmanager-secret.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-secretsmanager-secret-generatesecretstring.html
"""

from collections.abc import Callable, Iterable, Mapping

from ..errors import TemplateError
from .attributes import physical_name, secret_arn
from .declaration import Secret
from .dynamic_references import Confidential, DynamicReference, member
from .location import Literal
from .memo import Memo
from .parse import Tree
from .properties import Properties
from .resource import Resource

#: A secret's ARN ends in a hyphen and six characters of Secrets Manager's own, which may be left out.
_SUFFIX = 7
_LONGEST = 4096


class DeclaredSecrets:
    """The secrets and SSM parameters that the stacks of a source declare."""

    def __init__(
        self, declared: Callable[[str], Iterable[Resource]], keep: Callable[[Secret], str | None]
    ) -> None:
        """:param declared: gives every resource of a type.
        :param keep: as :class:`.inputs.Inputs` has it.
        """
        self._declared = declared
        self._keep = keep
        self._memo = Memo()
        self._secrets: dict[str, Resource] | None = None
        self._parameters: dict[str, Resource] | None = None
        self.used: dict[str, Secret] = {}  #: each secret that something refers to, by its ARN

    def answer(self, reference: DynamicReference) -> str | None:
        """The value of a reference to one of them, ``None`` where it isn't declared or has no value here.

        :raises TemplateError: what is wrong with the resource.
        """
        if reference.service != "secretsmanager":
            found = self._parameter(reference.id)
            return found.properties.text("Value") if found else None
        resource = self.secret(reference.id)
        value = self.value(resource) if resource else None
        return member(value, reference.json_key) if value is not None and reference.json_key else value

    def value(self, resource: Resource) -> str | None:
        """The string of a declared secret, made at the first time.

        :raises TemplateError: what is wrong with the resource.
        """
        id_ = f"{resource.stack.name}.{resource.logical_id}"
        return self._memo.once("secret", id_, resource.location, lambda: self._made(resource))

    def _made(self, resource: Resource) -> str | None:
        own = resource.properties
        text = own.hidden().text("SecretString")
        secret = Secret(
            place=resource.full_place,
            name=physical_name(resource, "Name"),
            arn=secret_arn(resource),
            value=None if text is None else Confidential(text),
            generate=_rule(own),
        )
        self.used[secret.arn] = secret
        kept = self._keep(secret)
        return text if kept is None else kept

    def secret(self, id: str) -> Resource | None:
        """The resource that declares a secret, by its name or its ARN, which may lack the last six characters."""
        if self._secrets is None:
            self._secrets = {}  # before it is filled: a name that is looked up itself finds nothing
            for resource in self._declared("AWS::SecretsManager::Secret"):
                try:
                    name, arn = physical_name(resource, "Name"), secret_arn(resource)
                except TemplateError:
                    continue  # nobody asked for this one yet, and who does by Ref is told the same
                for known in (name, arn[:-_SUFFIX], arn):
                    self._secrets.setdefault(known, resource)
        return self._secrets.get(id)

    def _parameter(self, name: str) -> Resource | None:
        if self._parameters is None:
            self._parameters = {}
            for resource in self._declared("AWS::SSM::Parameter"):
                own = resource.properties.raw("Name")
                if isinstance(own, str):
                    self._parameters.setdefault(own, resource)
        return self._parameters.get(name)


def _rule(own: Properties) -> Mapping[str, Tree] | None:
    """``GenerateSecretString``, as Secrets Manager would take it."""
    given = own.object("GenerateSecretString")
    if given is None:
        return None
    length = given.number("PasswordLength")
    if length is not None and not (isinstance(length, int) and 1 <= length <= _LONGEST):
        rule = f"be a whole number from 1 to {_LONGEST}"
        raise given.location("PasswordLength").refuse("InvalidValue", rule, given.raw("PasswordLength"))
    template, key = given.text("SecretStringTemplate"), given.text("GenerateStringKey")
    if (template is None) != (key is None):
        absent = "SecretStringTemplate" if template is None else "GenerateStringKey"
        raise given.location(absent).refuse("MissingProperty", "be given with its twin", Literal("nothing"))
    if template is not None and not _is_object(template):
        location = given.location("SecretStringTemplate").hidden()
        raise location.refuse("InvalidValue", "be a JSON object", Literal("another text"))
    return {name: given.tree(name) for name in given}


def _is_object(text: str) -> bool:
    import json

    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False
