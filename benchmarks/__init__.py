"""Measurements of the hot paths, each as a ratio of two things measured in the same run.

`make bench` runs them all and prints tables; `make bench BENCH=hop` runs one. The numbers kept in
docs/performance.md were printed by this package.
"""
