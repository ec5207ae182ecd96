"""Questions to the chat, and how well they are answered."""
