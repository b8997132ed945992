"""Benchmarks: each prints a ratio against a limit or a peer measured in the same run.

Run one with `./thichinh bench NAME [--small]`. The database is the embedded server with fsync on.
"""
