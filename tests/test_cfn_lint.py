"""Every distinct template of the differential cases passes cfn-lint."""

import json
from collections.abc import Iterator

from cfnlint.config import ConfigMixIn  # type: ignore[import-untyped]
from cfnlint.runner import Runner, run_template_by_data  # type: ignore[import-untyped]

import cdk_elasticache as ours

from .differential.building import Template, built
from .differential.cases import CASES

#: What cfn-lint rightly finds in cases that are about just that; the alpha module renders the same.
MEANT = {
    ("a_password_of_the_parameter_store", "E1027"),
    ("a_removal_policy[SNAPSHOT]", "E3035"),
    ("a_vpc_that_is_still_to_be_looked_up", "E1151"),  # the CDK's stand-in for its id
    ("an_id[unicode]", "E3031"),
    ("two_users_of_one_id", "E3019"),
}


def distinct_templates() -> Iterator[tuple[str, Template]]:
    """Templates that declare something, each with the first case that made it."""
    seen = set()
    for name in CASES:
        for template in built(name, ours).templates.values():
            text = json.dumps(template)
            if "Resources" in template and text not in seen:
                seen.add(text)
                yield name, json.loads(text)


def test_every_distinct_template_passes_cfn_lint() -> None:
    config = ConfigMixIn(regions=["us-east-1"])
    rules = Runner(config).rules  # loading them takes seconds, and does once
    errors = {
        (name, match.rule.id): match.message
        for name, template in distinct_templates()
        for match in run_template_by_data(template, config, rules)
        if match.rule.severity == "error"
    }
    assert errors.keys() == MEANT, errors
