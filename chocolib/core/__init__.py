"""The nouns everything else is built from: time, tariff, schema, factory, results, errors.

Nothing here touches a network, a file of the user's or the clock.
"""
