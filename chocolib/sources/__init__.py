"""Where rows come from: remote sources, files, and the demonstration generator."""
