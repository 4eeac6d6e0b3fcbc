"""The order of a script."""

from __future__ import annotations

from enum import IntEnum


class Phase(IntEnum):
    """When a piece of code runs: each phase needs what the ones before it did."""

    RENAME_TABLES = 0
    RENAME_COLUMNS = 1
    DROP_VIEWS = 2
    DROP_FOREIGN_KEYS = 3
    DROP_CHECKS = 4
    DROP_INDEXES = 5
    CREATE_TYPES = 6
    CREATE_TABLES = 7
    ALTER_TABLES = 8
    ADD_COLUMNS = 9
    ALTER_COLUMNS = 10
    DROP_COLUMNS = 11
    CREATE_INDEXES = 12
    #: An index that a foreign key of MySQL's needs goes when another one serves the key.
    DROP_SERVING_INDEXES = 13
    #: A column that such an index has goes after it.
    DROP_SERVED_COLUMNS = 14
    CREATE_CHECKS = 15
    CREATE_FOREIGN_KEYS = 16
    DROP_TABLES = 17
    DROP_TYPES = 18
    CREATE_VIEWS = 19
    #: On the way back what was renamed first is renamed last.
    RENAME_COLUMNS_BACK = 20
    RENAME_TABLES_BACK = 21
