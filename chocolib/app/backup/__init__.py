"""Backups: made, listed, verified, put back, tidied up, and tried."""
