"""Steps as files of SQL, for sites whose administrators run SQL by hand; each is run before it is given away."""
