"""The statement that made a table, from SHOW CREATE. Pure."""

from __future__ import annotations

from kallithea_dbdev.engines.mysql.definition import as_made


def test_indexes_that_the_server_makes_for_foreign_keys_are_left_out() -> None:
    assert as_made(
        """CREATE TABLE `t` (
  `a` int(11) NOT NULL AUTO_INCREMENT,
  `b` int(11) NOT NULL,
  `c` varchar(9) DEFAULT 'KEY `c` (`c`),',
  PRIMARY KEY (`a`),
  UNIQUE KEY `fk_t_a` (`a`),
  KEY `fk_t_b` (`b`),
  KEY `z_idx` (`b`,`c`(3)),
  KEY `fk_t_c` (`c`),
  KEY `b_idx` (`b`),
  CONSTRAINT `fk_t_b` FOREIGN KEY (`b`) REFERENCES `u` (`b`),
  CONSTRAINT `fk_t_c` FOREIGN KEY (`c`,`a`) REFERENCES `u` (`c`,`a`)
) ENGINE=InnoDB AUTO_INCREMENT=17 DEFAULT CHARSET=utf8mb4"""
    ) == (
        """CREATE TABLE `t` (
  `a` int(11) NOT NULL AUTO_INCREMENT,
  `b` int(11) NOT NULL,
  `c` varchar(9) DEFAULT 'KEY `c` (`c`),',
  PRIMARY KEY (`a`),
  UNIQUE KEY `fk_t_a` (`a`),
  KEY `b_idx` (`b`),
  KEY `fk_t_c` (`c`),
  KEY `z_idx` (`b`,`c`(3)),
  CONSTRAINT `fk_t_b` FOREIGN KEY (`b`) REFERENCES `u` (`b`),
  CONSTRAINT `fk_t_c` FOREIGN KEY (`c`,`a`) REFERENCES `u` (`c`,`a`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4"""
    )


def test_a_constraint_that_the_server_named_gets_its_name_again() -> None:
    assert as_made(
        """CREATE TABLE `t` (
  `b` int(11) NOT NULL,
  KEY `b` (`b`),
  CONSTRAINT `t_ibfk_1` FOREIGN KEY (`b`) REFERENCES `u` (`b`) ON DELETE CASCADE
) ENGINE=InnoDB"""
    ) == (
        """CREATE TABLE `t` (
  `b` int(11) NOT NULL,
  FOREIGN KEY (`b`) REFERENCES `u` (`b`) ON DELETE CASCADE
) ENGINE=InnoDB"""
    )


def test_the_table_of_the_stamp_follows_the_database() -> None:
    text = "CREATE TABLE `t` (\n  `a` int(11) NOT NULL\n) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin"
    assert as_made(text) == text
    assert as_made(text, follows=True) == "CREATE TABLE `t` (\n  `a` int(11) NOT NULL\n) ENGINE=InnoDB"
