"""Sensitivity indices from designed experiments, where luck is told from effects.

`sobol_indices` for the pairs of configurations of the sampler `saltelli`, `elementary_effects` for
the walks of the sampler `morris`. Both need seeds that are not shared between configurations.
"""
