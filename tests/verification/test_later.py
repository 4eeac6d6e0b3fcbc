"""A script that imports the live models, and uses them only where a site has certain rows."""

from __future__ import annotations

import pytest

from ..projects import VERSION, Project

pytestmark = pytest.mark.skipif(VERSION != "0.7.0", reason="does not depend on the release")

MODELS = "from kallithea.model import db\nfrom sqlalchemy.orm import sessionmaker\n"
#: Only where two gists are of one type: the site has one gist.
DUPLICATES = """
session = sessionmaker(bind=op.get_bind())()
kinds = session.query(db.Gist.gist_type).group_by(db.Gist.gist_type).having(sa.func.count() > 1)
for kind, in kinds.all():
    session.query(db.Gist).filter(db.Gist.gist_type == kind).all()
session.close()
"""


def test_a_part_that_runs_for_some_rows_only(project: Project) -> None:
    project.sql(
        "INSERT INTO gists (gist_access_id, gist_description, user_id, gist_type, gist_expires, created_on, modified_at) "
        "SELECT 'x', '', user_id, 'own', -1, '2020-01-01 00:00:00.000000', '2020-01-01 00:00:00.000000' FROM users "
        "WHERE username = 'admin'"
    )
    # At two rows of one type it fails by itself, whatever the models are: that says nothing of them.
    fails = "if op.get_bind().execute('SELECT count(*) FROM gists').scalar() > 1:\n    raise RuntimeError('too many')"
    project.write_script(DUPLICATES.strip(), head=MODELS)
    project.write_script(fails, "pass", "feedc0ffee01", "feedc0ffee00", MODELS)
    report = project.verify(status=1)
    found = [f for f in report["findings"] if f["code"] == "live-models-break"]
    assert [f["revision"] for f in found] == ["feedc0ffee00"], [f["message"] for f in report["findings"]]
    assert "no such column: gists.kallithea_dbdev_later" in found[0]["message"]
    assert {f["code"] for f in report["findings"] if f["revision"] == "feedc0ffee01"} >= {"rows-refused"}
