"""Frame -> picture, card -> page."""
