"""What earlier runs have made and this one need not make again: a folder of plain data.

``encoding`` turns values into JSON and back, ``store`` keeps texts in a folder that is ours alone,
``sources`` tells what a value comes from, and ``memory`` puts the three together.
"""
