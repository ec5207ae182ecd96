"""Where keys come from besides the environment: files of one key, a SOPS file, a `.env`."""
