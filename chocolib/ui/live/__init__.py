"""Widgets: what a reader changes on a page, answered by a kernel; their scripts beside them."""
