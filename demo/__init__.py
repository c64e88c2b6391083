"""A fictional borough, generated deterministically."""
