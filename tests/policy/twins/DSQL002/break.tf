# expect: aws_dsql_cluster.primary
# after: DSQL002/pass
