"""The MCP door: every answer as a tool of the Model Context Protocol, over stdio or HTTP."""
