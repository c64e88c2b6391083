"""Files to records and issues."""
