"""What the metrics of a cache have in common."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, TypedDict, cast

from aws_cdk import Duration

from ..errors import ValidationError
from .arguments import wrong_type
from .introspection import spelling_out
from .later import cloudwatch

#: Where CloudWatch keeps the metrics, and the dimension of a serverless cache there. The alpha module writes
#: ``ServerlessCacheName``, under which no data arrives.
#: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/serverless-metrics-events-redis.html
NAMESPACE, DIMENSION = "AWS/ElastiCache", "clusterId"


@cache
def five_minutes() -> Duration:
    """The period of every metric, unless another is given."""
    return Duration.minutes(5)


#: What the CDK's binding says of an argument of the wrong type.
_REFUSED_TYPE = re.compile(r"argument (\w+) must be (.+); got")


class MetricOptions(TypedDict, total=False):
    """What a metric can be told: the keywords of ``cloudwatch.MetricOptions``. Each replaces the metric's own setting.

    :param account: the account that the metric is in. Default: the cache's, where its ARN says so.
    :param color: its color in graphs, as ``#rrggbb``. Default: CloudWatch picks one.
    :param dimensions_map: its dimensions. Default: the cache.
    :param id: its name in the expressions of a graph. Default: none.
    :param label: its name in the legend of a graph. Default: the metric's name.
    :param period: how much time each value stands for. Default: 5 minutes.
    :param region: the region that the metric is in. Default: the cache's, where its ARN says so.
    :param stack_account: the account of the stack that makes the metric. Default: that of the cache's stack.
    :param stack_region: the region of the stack that makes the metric. Default: that of the cache's stack.
    :param statistic: how the values of a period become one, as ``Sum`` or ``p99``. Default: the metric's own.
    :param unit: the unit to read it in. Default: any.
    :param visible: whether graphs show it. Default: they do.
    """

    account: str | None
    color: str | None
    dimensions_map: Mapping[str, str] | None
    id: str | None
    label: str | None
    period: Duration | None
    region: str | None
    stack_account: str | None
    stack_region: str | None
    statistic: str | None
    unit: "cloudwatch.Unit | None"
    visible: bool | None


#: Shows the options of a metric in the signature of what makes the metric.
with_metric_options = spelling_out(MetricOptions)


def new_metric(metric_name: str, settings: dict[str, Any]) -> "cloudwatch.Metric":
    """Make a metric of ElastiCache; an error of the CDK becomes ours.

    :raises ArgumentTypeError: ``WrongType``.
    :raises ValidationError: ``InvalidMetric``.
    """
    try:
        return cloudwatch.Metric(namespace=NAMESPACE, metric_name=metric_name, **settings)
    except TypeError as error:
        told = _REFUSED_TYPE.search(str(error))
        if told is None:
            raise
        given = {"metric_name": metric_name, **settings}.get(told[1])
        raise wrong_type(told[1], told[2], given) from error
    except RuntimeError as error:
        raise ValidationError(
            "InvalidMetric",
            f"metric must have settings that CloudWatch takes, got others; the CDK says: {error}",
            parameter="options",
            value=settings,
        ) from error


def over(defaults: MetricOptions, options: MetricOptions) -> MetricOptions:
    """Lay the options that were given over these defaults. An option that is ``None`` wasn't given."""
    return cast(
        MetricOptions, {**defaults, **{name: value for name, value in options.items() if value is not None}}
    )
