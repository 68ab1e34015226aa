"""Where the variance of one run's score comes from: a function for each design.

`one_way` for seeds that are not shared, `crossed` for shared ones, `factorial` and `nested` for
seeds of several sources, `near_the_top` for the configurations that one would choose from.
"""
