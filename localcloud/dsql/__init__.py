"""Aurora DSQL's data plane: endpoints that check IAM tokens in front of PostgreSQL."""
