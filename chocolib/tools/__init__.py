"""The answers: typed, read-only functions, each defined once and offered by every door."""
