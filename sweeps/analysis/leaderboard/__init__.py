"""Which configuration leads: figures of each, their order, the rungs of a race, and who is tied."""
