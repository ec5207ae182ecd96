"""What is kept of usage and health, in two files beside the store, so that it can be deleted.

`usage.sqlite` has views by pseudonym, requests, probes and how far each log was read;
`usage-people.sqlite` has the key of the pseudonyms and who is behind them, and is in no backup.
"""
