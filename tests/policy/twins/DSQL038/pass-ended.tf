# after: DSQL038/pass
