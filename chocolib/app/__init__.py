"""Use cases: read, compute, write. The only place that joins the rooms."""
