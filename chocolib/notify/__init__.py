"""Channels to people: e-mail, a webhook, ntfy, Telegram. Each sends one notice, or says why not."""
