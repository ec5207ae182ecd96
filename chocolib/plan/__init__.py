"""The plan: a MILP, its checks, its as-usual twin; pure."""
