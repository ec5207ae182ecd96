"""Views into sessions, people and favourites; requests and probes into speed and up-time."""
