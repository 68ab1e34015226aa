"""The Jobs API of a cluster of one node.

A package, and not only a folder: the cluster is a fixture of the package, and without this file
pytest would keep it until the end of all tests.
"""
