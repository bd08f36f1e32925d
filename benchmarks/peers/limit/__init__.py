"""The limit: one page and one socket handler per workload, written by hand, with nothing in between."""
