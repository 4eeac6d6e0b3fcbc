"""SQLite: one database is one file."""
