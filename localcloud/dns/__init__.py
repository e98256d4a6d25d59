"""Route 53's data plane: health checks that really probe, and a resolver that answers by their state."""
