"""The HTTP door: every answer at a path of its own, as JSON, described by an OpenAPI document."""
