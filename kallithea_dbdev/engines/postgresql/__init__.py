"""PostgreSQL, 13 or later, through psycopg2."""
