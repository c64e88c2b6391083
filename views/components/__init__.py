"""The map and network components."""
