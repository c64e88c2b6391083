"""What falls short, one place at a time: the finders of the gap list, and what would close each kind."""
