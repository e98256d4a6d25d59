"""Mistakes about the API."""

from .edited import mistake

ROUTE = 'aws_apigatewayv2_route.primary["POST /transactions"]'


@mistake("a route for everyone", "DSQL080", also=("DSQL084",))
def _(plan):
    plan.set(ROUTE, authorization_type="NONE")


@mistake("other callers in one Region", "DSQL084")
def _(plan):
    plan.set(ROUTE, authorization_type="JWT")


@mistake("no limit of requests", "DSQL081")
def _(plan):
    plan.unset("aws_apigatewayv2_stage.primary[0]", "default_route_settings")


@mistake("no log of requests", "DSQL082")
def _(plan):
    plan.unset("aws_apigatewayv2_stage.secondary[0]", "access_log_settings")
