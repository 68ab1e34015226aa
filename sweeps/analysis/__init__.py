"""Statistics as pure functions: arrays in, frozen results out.

Nothing here knows of stores, frames or Ray, and nothing draws random numbers.
"""
