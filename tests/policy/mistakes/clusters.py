"""Mistakes about the clusters."""

from .edited import mistake

PRIMARY, SECONDARY = "aws_dsql_cluster.primary", "aws_dsql_cluster.secondary"


@mistake("deletion protection off for both", "DSQL001")
def _(plan):
    plan.set(PRIMARY, deletion_protection_enabled=False)
    plan.set(SECONDARY, deletion_protection_enabled=False)


@mistake("deletion protection left away on one side", "DSQL001")
def _(plan):
    plan.unset(SECONDARY, "deletion_protection_enabled")


@mistake("a cluster is destroyed with the call that was removed", "DSQL002", also=("DSQL014",))
def _(plan):
    plan.act(PRIMARY, "delete")


@mistake("a new witness replaces the cluster", "DSQL002")
def _(plan):
    plan.act(SECONDARY, "delete", "create")


@mistake("force_destroy copied from a test", "DSQL003")
def _(plan):
    plan.set(PRIMARY, force_destroy=True)


@mistake("clusters without a Name", "DSQL004")
def _(plan):
    plan.set(PRIMARY, tags={"team": "payments"}, tags_all={"team": "payments"})


def _witness(plan, region, *ends):
    for end in ends:
        plan.after(end)["multi_region_properties"] = [{"witness_region": region}]


@mistake("the witness in the Region of a cluster", "DSQL010")
def _(plan):
    _witness(plan, "us-east-2", PRIMARY, SECONDARY)


@mistake("a witness on another continent", "DSQL011")
def _(plan):
    _witness(plan, "eu-west-1", PRIMARY, SECONDARY)


@mistake("a cluster on another continent", "DSQL011", also=("DSQL050",))
def _(plan):
    plan.region("secondary", "eu-west-2")


@mistake("two witnesses", "DSQL012")
def _(plan):
    _witness(plan, "us-west-1", SECONDARY)


@mistake("a side without multi_region_properties", "DSQL012")
def _(plan):
    plan.unset(SECONDARY, "multi_region_properties")


@mistake("a peering with another witness than its cluster", "DSQL012", "provider")
def _(plan):
    plan.set("aws_dsql_cluster_peering.primary[0]", witness_region="us-east-2")


@mistake("both providers in one Region", "DSQL013", also=("DSQL050",))
def _(plan):
    plan.region("secondary", "us-east-1")


@mistake("the link step forgotten", "DSQL014")
def _(plan):
    plan.drop("terraform_data.link[0]")


PEERING = "aws_dsql_cluster_peering.primary", "aws_dsql_cluster_peering.secondary"


@mistake("a peering on one side only", "DSQL015", "provider")
def _(plan):
    plan.drop(f"{PEERING[1]}[0]")


@mistake("a peering of a cluster with itself", "DSQL015", "provider")
def _(plan):
    plan.block(PEERING[1])["expressions"]["clusters"] = {"references": [f"{SECONDARY}.arn", SECONDARY]}


@mistake("depends_on between the peerings", "DSQL016", "provider")
def _(plan):
    plan.block(PEERING[1])["depends_on"] = [PEERING[0]]


@mistake("a peering that waits for what needs the other", "DSQL016", "provider")
def _(plan):
    plan.block(PEERING[1])["depends_on"] = ["aws_lambda_invocation.migration"]


@mistake("one cluster after the other", "DSQL017")
def _(plan):
    plan.block(SECONDARY)["depends_on"] = [PRIMARY]


@mistake("timeouts added to a peering later", "DSQL018", "provider")
def _(plan):
    plan.act(f"{PEERING[0]}[0]", "update")
    plan.after(f"{PEERING[0]}[0]")["timeouts"] = {"create": "60m"}


@mistake("a peering on clusters that exist", "DSQL019", "provider")
def _(plan):
    plan.exists("aws_dsql_cluster")
