"""The transactions function as tutorials build it: each library at the top, each client made at import."""

import aurora_dsql_psycopg
import boto3
from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.utilities.parser import BaseModel, parse

logger = Logger(service="transactions")
metrics = Metrics(namespace="transactions", service="transactions")
tracer = Tracer(service="transactions")
app = APIGatewayHttpResolver(enable_validation=True)
dsql = boto3.client("dsql")
events = boto3.client("events")
NEEDED = (aurora_dsql_psycopg, parse)


class NewTransaction(BaseModel):
    """What a request's body must be."""

    transaction_id: str
    amount: float
