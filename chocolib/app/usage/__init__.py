"""Usage and health: what is read from the logs, asked of them, and forgotten."""
