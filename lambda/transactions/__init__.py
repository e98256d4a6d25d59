"""The transactions service: the model, its storage in Aurora DSQL, and its events."""
