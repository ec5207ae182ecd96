"""The dashboards: notebooks as live pages, served by Voila without its front end."""
