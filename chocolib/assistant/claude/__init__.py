"""Claude as a speaker: the one door of anthropic and httpx2, imported only where a key is set."""
