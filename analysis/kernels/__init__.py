"""The methods themselves, on plain arrays and edges: no landscape, no files. Anyone may use them elsewhere."""
