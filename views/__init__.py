"""Results made drawable."""
