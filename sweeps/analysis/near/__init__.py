"""What hyperparameters do near one configuration, on the way to it, and on average.

`Halves` deals configurations and seeds into two halves, many times; `fit_twins` fits a surface to
each half. What both halves say alike is real, and what they disagree on is the error.
"""
