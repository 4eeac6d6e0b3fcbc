"""db-throwaway --from: what acts on the original stays off, and no secret of it is copied."""

from __future__ import annotations

from pathlib import Path

import pytest

from kallithea_dbdev import config
from kallithea_dbdev.derived import from_configuration
from kallithea_dbdev.errors import ConfigError
from kallithea_dbdev.secrets import mask

from .projects import Project
from .test_no_secrets import SECRET, no_secret

SETTINGS = {
    "sqlalchemy.url": "sqlite:///%(here)s/temp.db",
    "session.secret": "fresh",
    "cache_dir": "%(here)s/temp-data",
}

#: Lines that people write into an ini file, and which section they stand in.
SECRETS = [
    f"# sqlalchemy.url = postgresql://old:{SECRET}@h/d",
    f"#sqlalchemy.url=postgresql://old:{SECRET}@h/d",
    f"   ; sqlalchemy.url: postgresql://old:{SECRET}@h/d",
    f"## sqlalchemy.url = postgresql://old\n##   :{SECRET}@h/d",
    f"# ask joe, joe:{SECRET}@h.org knows",
    f"# session.secret = {SECRET}",
    f"# smtp_password = {SECRET}",
    f"# was: mysql://h/d?user=u&password={SECRET}",
    f"x.sa.url = postgresql://u:{SECRET}@h/d",
    f"x.sa.url = postgresql://u\n  :{SECRET}@h/d\n  # {SECRET}-x\n\n  ?sslmode=require",
    f"other.url = https://u:{SECRET}@h/d",
    f"other.url = https://u:\n   {SECRET}@h/d",
    f"celery.broker_url = amqp://kallithea:{SECRET}@h:5672/v",
    f"value = 1 ; postgresql://u:{SECRET}@h/d",
    f"db_pass = {SECRET}",
    f"API_KEY = {SECRET}",
    f"session.encrypt_key : {SECRET}",
    f"beaker.session.secret={SECRET}",
    f"dsn = host=h password='{SECRET}' dbname=d",
    f"sentry.dsn = https://{SECRET}:{SECRET}@sentry.io/1",
    f"set smtp_password = {SECRET}",
]  # fmt: skip

SECTIONS = ["DEFAULT", "app:main", "app:other", "server:main", "alembic", "handler_x", "composite:main"]


def derived(tmp_path: Path, text: str) -> str:
    source = tmp_path / "source.ini"
    source.write_text(text)
    return from_configuration(source, SETTINGS)


def options(tmp_path: Path, text: str, section: str = "app:main") -> "dict[str, str]":
    """What PasteDeploy makes of it, [DEFAULT] included."""
    path = tmp_path / "new.ini"
    path.write_text(text)
    return dict(config.load(path).parser.items(section))


@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.parametrize("line", SECRETS)
def test_no_secret_is_copied(tmp_path: Path, line: str, section: str) -> None:
    text = f"[{section}]\nfirst = 1\n{line}\nlast = 2\n# a comment\n"
    new = derived(tmp_path, text if section == "app:main" else f"{text}\n[app:main]\nuse = egg:kallithea\n")
    no_secret(new)
    for kept in ("first = 1\n", "last = 2\n", "# a comment\n"):
        assert kept in new


@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.parametrize(
    "line",
    [
        "use_celery=true",
        "use_celery = true",
        "USE_CELERY : true",
        "set use_celery = true",
        "ssh_enabled = true\nssh_enabled_not = 1",
        "session.type = ext:database",
        "beaker.session.type = ext:redis\nbeaker.session.url = redis://h",
        "session.sa.url = sqlite:///%(here)s/kallithea.db",
        "session.data_dir = %(here)s/data/sessions",
        "cache_dir = /srv/data",
        "beaker.cache.long_term.type = ext:memcached\nbeaker.cache.long_term.url = h:11211",
        "sqlalchemy.url = sqlite:///%(here)s/kallithea.db",
    ],
)
def test_what_acts_on_the_original_is_off(tmp_path: Path, line: str, section: str) -> None:
    text = f"[{section}]\n{line}\n"
    new = derived(tmp_path, text if section == "app:main" else f"{text}[app:main]\nuse = egg:kallithea\n")
    found = options(tmp_path, new)
    for key, value in {
        **SETTINGS, "use_celery": "false", "ssh_enabled": "false", "session.type": "file"
    }.items():  # fmt: skip
        assert found[key] == value.replace("%(here)s", str(tmp_path))
    # As PasteDeploy hands it over, [DEFAULT] wins: so nothing of it may stand there, nor elsewhere.
    assert not {"use_celery", "ssh_enabled", "sqlalchemy.url", "cache_dir"} & {
        key.casefold() for key in config.load(tmp_path / "new.ini").parser._defaults
    }
    if section != "app:main":
        lines = new.partition("[app:main]")[0]
        assert "true" not in lines.lower()
    for trace in ("ext:", "redis://", "kallithea.db", "data/sessions", "/srv/data", "11211"):
        assert trace not in new


def test_log_handlers_reach_nothing_of_the_original(tmp_path: Path) -> None:
    new = derived(
        tmp_path,
        "[app:main]\nuse = egg:kallithea\n"
        "[handler_console]\nclass = StreamHandler\nargs = (sys.stderr,)\n"
        "[handler_file]\nclass = logging.handlers.RotatingFileHandler\nargs = ('/var/log/k.log', 'a')\n"
        f"[handler_mail]\nclass = handlers.SMTPHandler\nargs = ('h', 'f', ['t'], 's', ('joe', '{SECRET}'))\n"
        "kwargs = {}\n",
    )
    assert "class = StreamHandler\nargs = (sys.stderr,)" in new
    assert new.count("class = NullHandler\nargs = ()\n") == 2
    assert "kwargs" not in new


def test_what_is_neither_stays(tmp_path: Path) -> None:
    text = (
        "# -*- coding: utf-8 -*-\r\n[DEFAULT]\r\nsmtp_password =\r\n[app:main]\r\nget x.smtp_password = smtp_password\r\n"
        "cut_off_limit=4711\r\nissue_pat = #(\\d+)\r\nbeaker.cache.long_term.type = memory\r\n"
    )
    new = derived(tmp_path, text)
    for line in text.splitlines(keepends=True):
        assert line in new
    assert new.replace("\r\n", "").count("\n") == 0


def test_the_real_thing_with_everything_odd(project: Project) -> None:
    """A whole configuration with such lines in every section still makes a throwaway that works."""
    ini = project.instance / "development.ini"
    text = ini.read_text()
    odd = (
        "\n".join(line for line in SECRETS if not line.startswith(("x.sa", "other"))) + "\nuse_celery=true\n"
    )
    for section in ("DEFAULT", "app:main"):
        lines = (
            odd if section == "DEFAULT" else "\n".join(x for x in odd.split("\n") if x.startswith(("#", " ")))
        )
        text = text.replace(f"[{section}]\n", f"[{section}]\n{lines}\nssh_enabled_x = 1\n", 1)
    text = text.replace(
        "celery.broker_url = amqp://kallithea:thepassword", f"celery.broker = amqp://k:{SECRET}"
    )
    ini.write_text(text)
    before = project.snapshot()
    done = project.gearbox("--debug", "db-throwaway", "-c", "temp.ini", "--from", "development.ini", "-v")
    assert done.returncode == 0, done.stderr
    no_secret(done.stdout, done.stderr, (project.instance / "temp.ini").read_text())
    assert (project.instance / "temp.ini").stat().st_mode & 0o777 == 0o600
    assert {name: project.snapshot()[name] for name in before} == before
    assert "Scan completed" in project.tool("kallithea-cli", "repo-scan", "-c", "temp.ini")


def test_what_stands_twice_goes_twice(tmp_path: Path) -> None:
    """One that says the same as [DEFAULT], or as an earlier section."""
    url = f"sqlalchemy.url = postgresql://u:{SECRET}@localhost/kallithea"
    password = f"smtp_password = {SECRET}"
    text = derived(
        tmp_path,
        f"[DEFAULT]\n{password}\n{url}\n[app:main]\nuse = egg:kallithea\n{password}\n{url}\n[alembic]\n{url}\n",
    )
    assert SECRET not in text
    assert text.count("sqlalchemy.url") == 1


def test_what_is_made_from_another_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "base.ini").write_text(f"[app:main]\nuse = egg:kallithea\nsession.secret = {SECRET}\n")
    with pytest.raises(ConfigError, match=r"source\.ini: \[app:main\] is made from .*base\.ini"):
        derived(tmp_path, "[app:main]\nuse = config:base.ini\n")


def test_the_secrets_of_a_file_that_another_one_is_made_from(tmp_path: Path) -> None:
    password = "Zweitens77?"
    (tmp_path / "base.ini").write_text(f"[app:main]\nuse = config:child.ini\nsmtp_password = {password}\n")
    (tmp_path / "child.ini").write_text("[app:main]\nuse = config:base.ini\n")
    config.load(tmp_path / "child.ini")
    assert password not in mask(f"login with {password} failed")
