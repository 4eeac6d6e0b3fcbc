"""MySQL and MariaDB, through mysqlclient or PyMySQL."""
