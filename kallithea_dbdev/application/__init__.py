"""Other code than the Kallithea that is imported: other changesets of a checkout, in processes of their own."""
