"""What the landscape is, and where it is kept."""
