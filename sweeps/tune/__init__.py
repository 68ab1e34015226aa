"""Execute: the plan on Ray Tune. Shells and translators; nothing is decided here.

Only this room (and the cluster's) imports Ray.
"""
