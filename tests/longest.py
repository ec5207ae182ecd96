"""The test files that take longest, longest first; measured now and then, `--durations` tells."""

LONGEST: tuple[str, ...] = ()
