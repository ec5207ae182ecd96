"""Findings about the hours: the room's climate, the energy score and its class. Pure."""
