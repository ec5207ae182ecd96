"""Files that people write in TOML: read whole, every fault at once, each with its line."""
