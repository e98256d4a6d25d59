"""The drill: break the deployed stack under load, on the embedded cloud, and count what its clients saw and kept."""
