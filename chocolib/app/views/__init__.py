"""What each page shows, gathered from the store as known at `as_of`; one module per page."""
