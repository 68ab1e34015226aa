"""Scenarios on a cluster of real raylets.

A package, and not only a folder: the cluster is a fixture of the package, and without this file
pytest would keep it until the end of all tests.
"""
