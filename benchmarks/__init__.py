"""Benchmarks: pycommunicate beside pages that were written by hand for one workload each (see README.md)."""
