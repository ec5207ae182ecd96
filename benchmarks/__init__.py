"""Figures of the README, measured side by side with a naive way, in one run."""
