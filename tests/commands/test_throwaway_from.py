"""A configuration made with --from acts on nothing of the original instance."""

from __future__ import annotations

import configparser
import re

from ..projects import Project


def test_what_would_act_on_the_original_is_off(project: Project) -> None:
    path = project.instance / "development.ini"
    text = path.read_text()
    switches = {"use_celery": "true", "ssh_enabled": "true", "session.type": "ext:database"}
    for key in switches:
        text = re.sub(rf"^#?\s*{re.escape(key)}\s*=.*\n", "", text, flags=re.MULTILINE)
    added = "".join(f"{key} = {value}\n" for key, value in switches.items())
    path.write_text(text.replace("[app:main]\n", f"[app:main]\n{added}", 1))
    done = project.gearbox("db-throwaway", "-c", "temp.ini", "--from", "development.ini")
    assert done.returncode == 0, done.stderr
    parser = configparser.RawConfigParser()
    parser.read(project.instance / "temp.ini")
    made = parser["app:main"]
    assert {key: made[key] for key in switches} == {
        "use_celery": "false", "ssh_enabled": "false", "session.type": "file",
    }  # fmt: skip
