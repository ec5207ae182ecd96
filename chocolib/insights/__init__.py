"""What the figures mean for the factory: windows, maps, alerts, climate. Pure."""
