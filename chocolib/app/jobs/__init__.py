"""Jobs at the edge: where their files are, their history in the store, their processes."""
