"""Rows: what a step did to them, what a script says that it means to do, and rows to try it on."""
