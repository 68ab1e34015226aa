"""Decide: which runs come next, in which batches, and what a lost process costs.

Pure: no Ray, no clock, no files. Everything follows from the table of runs and the master seed, so
that resuming is reading the stored runs back.
"""
