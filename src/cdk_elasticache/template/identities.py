"""IAM: which roles and users there are, and what their policies say of ElastiCache.

A policy reaches a principal in five ways: inline, as a policy resource that names it, as a managed policy that
it names or that names it, through a group of a user, and as its permissions boundary. A principal that only a
policy names is one too, as with ``Role.from_role_name``.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_IAM.html
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from ..errors import ElastiCacheError, TemplateError
from .attributes import iam_arn, physical_name
from .declaration import Place, Policy, Principal
from .parse import Tree
from .properties import Properties
from .resource import Home, Refuse, Resource
from .stack import Stack

#: Type: its kind, the property that names it.
_IDENTITIES = {
    "AWS::IAM::Role": ("role", "RoleName"),
    "AWS::IAM::User": ("user", "UserName"),
    "AWS::IAM::Group": ("group", "GroupName"),
}
#: Policies of one principal each: type, kind of the principal, property that names it.
_INLINE = {
    "AWS::IAM::RolePolicy": ("role", "RoleName"),
    "AWS::IAM::UserPolicy": ("user", "UserName"),
    "AWS::IAM::GroupPolicy": ("group", "GroupName"),
}
_ATTACHED_TO = (("role", "Roles"), ("user", "Users"), ("group", "Groups"))
_TYPES = {
    *_IDENTITIES,
    *_INLINE,
    "AWS::IAM::Policy",
    "AWS::IAM::ManagedPolicy",
    "AWS::IAM::UserToGroupAddition",
}


class _Identity:
    """A principal or a group while its parts come together."""

    def __init__(self, kind: str, name: str, arn: str) -> None:
        self.kind = kind
        self.name = name
        self.arn = arn
        self.place: Place | None = None
        self.policies: list[Policy] = []
        self.managed: list[str] = []
        self.groups: list[str] = []
        self.boundary: str | None = None
        self.tags: Mapping[str, str] | None = None


class _Directory:
    """Every identity and managed policy of the source."""

    def __init__(self) -> None:
        self.identities: dict[str, _Identity] = {}
        self.managed: dict[str, Policy] = {}

    def identity(self, kind: str, name: str, stack: Home) -> _Identity:
        key = _key(kind, name, stack)
        return self.identities.setdefault(key, _Identity(kind, name, key))

    def add(self, resource: Resource, refuse: Refuse) -> None:
        if resource.type in _IDENTITIES:
            self._add_identity(resource, *_IDENTITIES[resource.type], refuse)
        elif resource.type in _INLINE:
            kind, named_by = _INLINE[resource.type]
            policy = _policy(resource.properties, physical_name(resource, "PolicyName"), resource.full_place)
            if policy.document["Statement"]:
                one = resource.properties.required(named_by)
                self.identity(kind, one, resource.stack).policies.append(policy)
        elif resource.type == "AWS::IAM::UserToGroupAddition":
            group = _key("group", resource.properties.required("GroupName"), resource.stack)
            for user in resource.properties.texts("Users") or ():
                self.identity("user", user, resource.stack).groups.append(group)
        else:
            self._add_policy(resource)

    def _add_identity(self, resource: Resource, kind: str, named_by: str, refuse: Refuse) -> None:
        own = resource.properties
        found = self.identity(kind, physical_name(resource, named_by), resource.stack)
        found.place = resource.full_place
        found.arn = iam_arn(resource, kind, named_by)
        found.boundary = next(iter(own.arns("PermissionsBoundary")), None)
        found.managed += own.arns("ManagedPolicyArns")
        groups = own.texts("Groups") or () if kind == "user" else ()
        found.groups += (_key("group", name, resource.stack) for name in groups)
        found.tags = _tags(resource)
        for one in own.objects("Policies"):
            with _refusing(resource, refuse):
                policy = _policy(one, one.required("PolicyName"), found.place)
                found.policies += [policy] if policy.document["Statement"] else []

    def _add_policy(self, resource: Resource) -> None:
        managed = resource.type == "AWS::IAM::ManagedPolicy"
        name = "ManagedPolicyName" if managed else "PolicyName"
        policy = _policy(resource.properties, physical_name(resource, name), resource.full_place)
        if managed:
            self.managed[iam_arn(resource, "policy", name)] = policy
        if policy.document["Statement"]:  # a policy about other services makes nobody a principal of ours
            for kind, listed in _ATTACHED_TO:
                for one in resource.properties.texts(listed) or ():
                    self.identity(kind, one, resource.stack).policies.append(policy)

    def principal(self, identity: _Identity) -> Principal:
        """The finished principal, its groups' policies among its own."""
        sources = [identity, *self._groups(identity)]
        policies = [policy for source in sources for policy in source.policies]
        arns = [arn for source in sources for arn in source.managed]
        policies += (self.managed[arn] for arn in arns if arn in self.managed)
        boundary = identity.boundary or ""
        return Principal(
            kind=identity.kind,
            name=identity.name,
            arn=identity.arn,
            place=identity.place,
            policies=tuple(policy for policy in _unique(policies) if policy.document["Statement"]),
            boundary=self.managed.get(boundary),
            foreign_boundary="" if boundary in self.managed else boundary,
            foreign_policies=tuple(dict.fromkeys(arn for arn in arns if arn not in self.managed)),
            tags=identity.tags,
        )

    def _groups(self, identity: _Identity) -> Iterator[_Identity]:
        return (self.identities[key] for key in dict.fromkeys(identity.groups) if key in self.identities)


def principals(stacks: Iterable[Stack], refuse: Refuse) -> tuple[Principal, ...]:
    """The roles and users of these stacks, and those that only their policies name."""
    directory = _Directory()
    for stack in stacks:
        for resource in stack.resources(_TYPES, refuse):
            with _refusing(resource, refuse):
                directory.add(resource, refuse)
    found = directory.identities.values()
    return tuple(directory.principal(identity) for identity in found if identity.kind != "group")


@contextmanager
def _refusing(resource: Resource, refuse: Refuse) -> Iterator[None]:
    try:
        yield
    except ElastiCacheError as error:
        error.construct_path = error.construct_path or resource.location.owner  # the model knows no place
        refuse(error, resource.place)


def _key(kind: str, name: str, stack: Home) -> str:
    """What tells an identity from all others: an account has a name once, whatever the path, which ``Ref`` lacks."""
    return stack.arn("iam", f"{kind}/{name}", region="")


def _tags(resource: Resource) -> dict[str, str] | None:
    try:
        return resource.tags
    except TemplateError:
        return None  # few conditions ask for them: they may not keep a role from being read


def _unique(policies: Iterable[Policy]) -> Iterator[Policy]:
    # A managed policy may name a role that names the policy: once is enough.
    return iter({(policy.place, policy.name): policy for policy in policies}.values())


def _policy(own: Properties, name: str, place: Place) -> Policy:
    from ..model.iam.deployable import check_deployable
    from ..model.iam.policy import read_policy

    document = own.object("PolicyDocument", json=True)
    statements: list[Tree] = []
    version = None
    if document:
        check_deployable(name, {key: document.raw(key) for key in document})
        version = document.text("Version")
        relevant = (one for one in document.objects("Statement", lone=True) if _may_matter(one.raw("Action")))
        statements = [{name: one.tree(name) for name in one} for one in relevant]
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html
    whole = {"Version": version or "2008-10-17", "Statement": statements}
    read_policy(name, whole)  # IAM would refuse it, too
    return Policy(name=name, document=whole, place=place)


def _may_matter(action: Tree) -> bool:
    """Whether a statement's actions can be ElastiCache's. What has to be resolved first might be."""
    actions = action if isinstance(action, list) else [action]
    return any(not isinstance(one, str) or _names_elasticache(one) for one in actions)


def _names_elasticache(action: str) -> bool:
    service = action.lower().partition(":")[0]
    literal = service.partition("*")[0].partition("?")[0]
    return service == "elasticache" or (literal != service and "elasticache".startswith(literal))
