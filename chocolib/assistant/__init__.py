"""From a question in words to an answer with its figures, by a model or without one."""
