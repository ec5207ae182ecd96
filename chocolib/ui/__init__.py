"""Frame -> picture, card -> page. Pure: nothing here reads a store, a clock or the network."""
