"""The embedded cloud: the AWS API (MiniStack), PostgreSQL 16 and Aurora DSQL endpoints, all on 127.0.0.1."""
