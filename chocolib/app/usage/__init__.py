"""Use cases of usage and health: read the logs, ask, keep within bounds, forget."""
