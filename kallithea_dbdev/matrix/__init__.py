"""Releases x engines: each cell a proof of its own, in a process of its own, and one report of all."""
