"""Objectives to sweep, one readable file a model family: copy the nearest one as a start.

An objective is a function `train(config, seed)` or `train(config, seed, data)` that gives a dict
of metrics, or a generator that gives one dict a step. `config` holds the active hyperparameters
as plain Python values. `seed` is an `int` that also has named streams: `seed.int("split")` for
whatever wants a `random_state`, `seed.rng("init")` for a numpy generator. What the module
declares beside the function is optional:

- `SPACE`: the hyperparameters, in the form that a sweep's `space` has.
- `DEFAULTS`: the configuration that people use without tuning.
- `METRIC`, `MODE`: what to optimise, and whether `"max"` or `"min"` is best.
- `METRICS`: every metric that a run reports.
- `SOURCES`: the seed's streams that the function draws from.
- `STEPS`: how many steps a generator takes.
- `load_data()`: called once a sweep; every run gets the same arrays, which are read-only.

Runs of one process follow one another, so an objective keeps nothing in module state. It need
not import `sweeps`.
"""
