"""Which hyperparameters the variance of a score comes from, and how much no one explains.

`Dimension` says how a hyperparameter spreads over its values, `fit_surrogate` fits forests to the
means of configurations, `effect` takes them apart exactly, `variance_shares` joins both with the
variance that seeds cause.
"""
