"""What a backup says of itself, and which backups are worth keeping: pure."""
