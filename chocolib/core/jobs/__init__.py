"""Jobs: when they fire, what is due, and what became of it. Pure; nothing here runs one."""
