"""Statistics as pure functions: arrays in, frozen results out.

Nothing here knows of stores, frames or Ray. Where something is drawn at random, whoever calls
passes the generator.
"""
