"""The live schema of a database as plain values, and the comparison of two of them."""
