"""Where rows live: the embedded SQLite store, or a bucket of InfluxDB."""
