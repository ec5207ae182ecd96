"""Use cases of usage and health: what is read, kept, told and forgotten."""
