"""The doors: one gearbox command per module; arguments in, exit status and text out.

These modules import nothing heavy at the top: ``gearbox help`` loads all of them.
"""
