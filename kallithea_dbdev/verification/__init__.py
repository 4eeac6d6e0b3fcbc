"""The workflow of ``db-verify``: climb a copy up, down and up again, and judge what was seen."""
