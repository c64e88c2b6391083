"""One question per module: Landscape to result."""
