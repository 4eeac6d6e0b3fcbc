"""What a script does with local time shows in UTC, too, where it would do nothing."""

from __future__ import annotations

import json

import pytest

from ..projects import VERSION, Project

pytestmark = pytest.mark.skipif(VERSION != "0.7.0", reason="does not depend on the release")

SHIFTS = """import datetime
users = sa.table('users', sa.column('user_id', sa.Integer()), sa.column('created_on', sa.DateTime()))
bind = op.get_bind()
for number, moment in bind.execute(sa.select([users.c.user_id, users.c.created_on])).fetchall():
    moment = moment.astimezone(datetime.timezone.utc).replace(tzinfo=None)
    bind.execute(users.update().where(users.c.user_id == number).values(created_on=moment))"""


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", None])
def test_a_script_that_takes_the_machines_time(project: Project, zone: "str | None") -> None:
    project.write_script(SHIFTS)
    environment = {} if zone is None else {"TZ": zone}
    done = project.gearbox("db-verify", "--format", "json", **environment)
    assert done.returncode == 1, done.stderr
    found = {
        (f["code"], f["table"]) for f in json.loads(done.stdout)["findings"] if f["direction"] == "upgrade"
    }
    assert ("values-changed", "users") in found
