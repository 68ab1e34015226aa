"""Objectives to sweep, one readable file a model family: copy the nearest one as a start.

An objective is a function `train(config, seed)` or `train(config, seed, data)` that gives a dict
of metrics, a generator that gives one dict a step, or a class with `setup(config, seed)` or
`setup(config, seed, data)` whose `step()` gives one, until it raises `StopIteration` or the steps
are done. `config` holds the active hyperparameters
as plain Python values. `seed` is an `int` that also has named streams: `seed.int("split")` for
whatever wants a `random_state`, `seed.rng("init")` for a numpy generator. What the module
declares beside the function is optional:

- `SPACE`: the hyperparameters, in the form that a sweep's `space` has.
- `DEFAULTS`: the configuration that people use without tuning.
- `METRIC`, `MODE`: what to optimise, and whether `"max"` or `"min"` is best.
- `METRICS`: every metric that a run reports.
- `SOURCES`: the seed's streams that the function draws from.
- `STEPS`: how many steps a generator takes, and after how many a class is done.
- `load_data()`: called once a sweep; every run gets the same arrays, which are read-only.

Runs of one process follow one another, so an objective keeps nothing in module state. It need
not import `sweeps`. A class that also has `save(directory)` and `load(directory)` is saved between
two steps from time to time, and a run that was interrupted goes on from there.
"""
