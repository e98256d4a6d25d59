"""Rules over `terraform show -json` of any root that uses Aurora DSQL; needs nothing but Python."""
