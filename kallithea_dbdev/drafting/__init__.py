"""The workflow of ``db-revision``: model change -> migration script that has been run."""
