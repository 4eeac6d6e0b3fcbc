"""Servers of our own: private, temporary, from the programs on this machine."""
