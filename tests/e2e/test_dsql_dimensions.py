"""`verify` says which dimension of the clusters' metrics has data, on `complete`, whose alarm looks at one of them."""

import pytest

from ops import metrics
from ops.aws import Aws
from ops.check import CheckFailedError
from ops.deployment import Deployment

pytestmark = pytest.mark.e2e


def test_verify_names_the_dimension_that_has_data_and_the_input_for_it(applied, cloud_environment):
    aws = Aws(cloud_environment)
    stack = Deployment.of({**applied["complete"].output(), "name": "payments", "witness_region": "us-west-2"})
    side = stack.primary
    cloudwatch = aws.client("cloudwatch", side.region)

    def put(name, dimension):
        data = {"MetricName": name, "Value": 1, "Dimensions": [{"Name": dimension, "Value": side.cluster_identifier}]}
        cloudwatch.put_metric_data(Namespace=metrics.NAMESPACE, MetricData=[data])

    assert metrics.have_data(aws, stack, side) == "no metric yet; look again after the first writes"
    put("TotalTransactions", "ClusterId")
    assert metrics.have_data(aws, stack, side) == "dsql_dimensions.observability: ClusterId has data"
    put("TotalDPU", "ClusterId")
    with pytest.raises(CheckFailedError) as failed:
        metrics.have_data(aws, stack, side)
    assert failed.value.seen.startswith("payments-spending-primary looks at ResourceId, which has no data; ")
    assert failed.value.expected == "the dimension ClusterId"
    assert failed.value.cause == 'set `monitoring = { dsql_dimensions = { usage = "ClusterId" } }` and apply'
    put("TotalDPU", "ResourceId")
    assert metrics.have_data(aws, stack, side) == (
        "dsql_dimensions.observability: ClusterId has data; dsql_dimensions.usage: ClusterId, ResourceId has data"
    )
    # The other Region's cluster has none of these.
    assert metrics.have_data(aws, stack, stack.secondary) == "no metric yet; look again after the first writes"
