"""Where rows live: the embedded SQLite store."""
