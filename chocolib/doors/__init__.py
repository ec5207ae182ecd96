"""How people and programs come in: command line, notebooks, dashboards."""
