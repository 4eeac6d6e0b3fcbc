"""Two hundred bad inputs: one line on standard error, exit status 2, nothing changed, no secret.

Nothing in them names a file outside the test's own folder: a command that does not refuse must not
be able to do harm.
"""

from __future__ import annotations

import os
import shlex
import shutil
import socket
import stat
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable, Dict, List, Optional, Tuple, Union

import pytest

from .projects import HEAD, VERSION, Project, one_line, run, run_forked
from .servers import SECRET

pytestmark = pytest.mark.skipif(VERSION != "0.7.0", reason="does not depend on the release")


VERIFY = "db-verify -c development.ini"
REVISION = "db-revision -c development.ini -m x"
THROWAWAY = "db-throwaway -c development.ini"
DROP = "db-throwaway -c development.ini --drop --force-yes"
ALL = (VERIFY, REVISION, THROWAWAY, DROP)

Prepare = Callable[[Project], object]


@dataclass(frozen=True)
class Bad:
    """A command line, what is wrong with what it works on, and what the message must say."""

    line: str
    message: str
    prepare: Optional[Prepare] = field(default=None, repr=False)
    name: str = ""

    @property
    def id(self) -> str:
        return f"{self.line} {self.name}".strip().encode("unicode_escape").decode()[:120]


# -- command lines -----------------------------------------------------------------------------------

LINES = [
    Bad("db-verify --nope", "unrecognized arguments: --nope; gearbox help db-verify"),
    Bad("db-verify extra", "unrecognized arguments: extra"),
    Bad("db-verify -c", "expected one argument"),
    Bad("db-verify --seed x", "invalid int value: 'x'"),
    Bad("db-verify --format xml", "invalid choice: 'xml'"),
    Bad("db-verify --engine nope", "--engine nope: nope is no engine; choose from"),
    Bad("db-verify --engine ''", "nothing is no engine"),
    Bad("db-verify --engine ,,", "nothing is no engine"),
    Bad("db-verify --engine sqlite,oracle", "oracle is no engine"),
    Bad("db-verify --explain nope", "--explain nope: there is no such finding code"),
    Bad("db-verify --explain autoincremet", "did you mean autoincrement"),
    Bad("db-verify --explain ''", "there is no such finding code"),
    Bad("db-verify --from nope", "--from nope: there is no such revision; alembic -c INI history"),
    Bad("db-verify --from ''", "there is no such revision"),
    Bad("db-verify --from 'one\ntwo'", "--from one two: there is no such revision"),
    Bad(f"db-verify --from {HEAD}x", "there is no such revision"),
    Bad("db-verify --output no/such/x.json", "--output no/such/x.json: no such folder; make it first"),
    Bad("db-verify --output repos", "--output repos: this is a folder; name a file in it"),
    Bad("db-verify --output development.ini/x", "no such folder"),
    Bad("db-verify --output kallithea.db/x", "x: no such folder; make it first under another name: this one is not a folder"),
    Bad("db-verify --sql development.ini/x", "development.ini; make it first under another name: this one is not a folder"),
    Bad("db-verify --scratch-url sqlite:///x.db", "--scratch-url: sqlite needs no empty database; leave it out"),
    Bad("db-verify --update-accept", "there is no file to write; name one with --accept FILE"),
    Bad("db-verify --accept nope.ini", "nope.ini: cannot be read: No such file"),
    Bad("db-verify --accept repos", "repos: cannot be read: Is a directory"),
    Bad("db-verify --accept repos --update-accept", "repos: cannot be read: Is a directory"),
    Bad("db-verify --accept kallithea.db", "kallithea.db: not a valid ini file"),
    Bad("db-verify --accept fifo.ini", "fifo.ini: not a file; --update-accept writes one",
        lambda project: os.mkfifo(project.instance / "fifo.ini")),
    Bad("db-verify --accept ''", "cannot be read: Is a directory"),
    Bad("db-revision", "-m is missing"),
    Bad("db-revision -m ''", "-m is missing"),
    Bad("db-revision -m ' '", "-m is missing"),
    Bad("db-revision -m x --stdout --check", "not allowed with argument"),
    Bad("db-revision -m x --replace", "-m: with --replace the message stays"),
    Bad("db-revision -m x --base", "kallithea: not in a checkout of Mercurial or Git; other changesets are"),
    Bad("db-throwaway -c temp.ini --user ''", "--user '': no name to log in with; use one word"),
    Bad("db-throwaway -c temp.ini --user 'a b'", "--user 'a b': no name to log in with"),
    Bad("db-throwaway -c temp.ini --email 'a b'", "--email 'a b': not an address; use one like"),
    Bad("db-throwaway -c temp.ini --email ''", "--email '': not an address"),
    Bad("db-throwaway -c temp.ini --email a@b@c", "--email 'a@b@c': not an address"),
    Bad("db-throwaway -c temp.ini --password ''", "--password: too short"),
    Bad("db-throwaway -c temp.ini --sample-rows 99999999999999999999", "too many; use 100000 or fewer"),
    Bad("db-throwaway -c old.ini --at x --drop", "--at: not with --drop"),
    Bad("db-revision --check --empty", "--empty: not with --check"),
    Bad("db-revision --replace --empty", "--empty: not with --replace"),
    Bad("db-revision --empty", "-m is missing"),
    Bad("db-revision --replace", "the newest script is released already; --replace is for one that is not"),
    Bad("db-revision -m x --version-path kallithea.db", "kallithea.db: no such folder; make it first under another name: this one is not a folder, or name another"),
    Bad("db-revision -m x --version-path nope", "nope: no such folder"),
    Bad("db-revision -m x --version-path development.ini", "development.ini: no such folder"),
    Bad("db-revision -m x --engine db2", "db2 is no engine"),
    Bad("db-revision -m x --scratch-url sqlite:///x.db", "--scratch-url: sqlite needs no empty database"),
    Bad("db-throwaway", "required: -c/--config"),
    Bad("db-throwaway -c temp.ini --engine db2", "invalid choice: 'db2'"),
    Bad("db-throwaway -c temp.ini --sample-rows x", "invalid int value"),
    Bad("db-throwaway -c temp.ini --sample-rows -1", "not a number of rows; use 0 or more"),
    Bad("db-throwaway -c temp.ini --password x", "--password: too short; use at least 6 characters"),
    Bad("db-throwaway -c temp.ini --user \udcff", "--user: not UTF-8 text; write it in UTF-8"),
    Bad("db-throwaway -c temp.ini --email \udcff@x", "--email: not UTF-8 text"),
    Bad("db-throwaway -c temp.ini --public-access --no-public-access", "not allowed with argument"),
    Bad("db-throwaway -c temp.ini --repos nope", "nope: no such folder; --repos names an existing folder"),
    Bad("db-throwaway -c temp.ini --repos development.ini", "development.ini: not a folder; --repos names"),
    Bad("db-throwaway -c temp.ini --from nope.ini", "nope.ini: no such file"),
    Bad("db-throwaway -c temp.ini --from kallithea.db", "kallithea.db: not a valid ini file: line 1 is not UTF-8 text"),
    Bad("db-throwaway -c temp.ini --drop", "temp.ini: no such file; there is nothing to remove"),
    Bad("db-throwaway -c kallithea.db/temp.ini", "kallithea.db: no such folder; make it first under another name: this one is not a folder"),
    Bad("db-throwaway -c no/such/temp.ini", "no/such: no such folder; make it first"),
    Bad("db-throwaway -c no/such/temp.ini --drop", "temp.ini: no such file"),
    Bad("db-throwaway -c development.ini/temp.ini", "development.ini: no such folder; make it first"),
    Bad("db-throwaway -c development.ini --engine postgresql", "exists already; --engine makes a new one"),
    Bad("db-throwaway -c development.ini --from development.ini", "exists already; --from is for a new one"),
]  # fmt: skip

# -- configurations ----------------------------------------------------------------------------------


def written(name: str, content: Union[str, bytes]) -> Prepare:
    data = content if isinstance(content, bytes) else content.encode()
    return lambda project: (project.instance / name).write_bytes(data)


CONFIGURATIONS: Dict[str, Tuple[str, Optional[Prepare]]] = {
    "nope.ini": ("nope.ini: no such file; (make one with|there is nothing to remove)", None),
    "repos": ("repos: not a file", None),
    "kallithea.db": ("kallithea.db: not a valid ini file: line 1 is not UTF-8 text", None),
    "fifo.ini": ("fifo.ini: not a file", lambda project: os.mkfifo(project.instance / "fifo.ini")),
    "empty.ini": ("empty.ini: ", written("empty.ini", "")),
    "lines.ini": ("lines.ini: not a valid ini file", written("lines.ini", "no section\n")),
    "twice.ini": ("twice.ini: not a valid ini file", written("twice.ini", "[app:main]\n[app:main]\n")),
    "bare.ini": ("bare.ini: ", written("bare.ini", "[app:main]\nuse = egg:Kallithea\n")),
    "egg.ini": ("egg.ini: not a Kallithea configuration", written("egg.ini", "[app:main]\nuse = egg:Nope\n")),
}


def with_engine(project: Project) -> None:
    with (project.instance / "development.ini").open("a") as file:
        file.write("\n[kallithea_dbdev]\nengine = db2\n")


CONFIGS = [
    Bad(
        REVISION,
        r"development.ini: \[kallithea_dbdev\] engine = db2: db2 is no engine; choose",
        with_engine,
        "engine",
    ),
]
CONFIGS += [
    Bad(f"{line} -c {name}", message, prepare)
    for name, (message, prepare) in CONFIGURATIONS.items()
    for line in ("db-verify", "db-revision -m x", "db-throwaway", "db-throwaway --drop")
    if (name, line) != ("nope.ini", "db-throwaway")
]

# -- databases ---------------------------------------------------------------------------------------


def address(url: str) -> Prepare:
    """Another database in development.ini."""

    def prepare(project: Project) -> None:
        ini = project.instance / "development.ini"
        lines = ini.read_text().splitlines(keepends=True)
        ini.write_text(
            "".join(
                f"sqlalchemy.url = {url}\n" if line.startswith("sqlalchemy.url") else line for line in lines
            )
        )

    return prepare


def refused(driver: str, *known: str) -> str:
    return f"{driver}: this driver is not supported; write {' or '.join(known)}".replace("+", r"\+")


POSTGRESQL, MYSQL = ("postgresql", "postgresql+psycopg2"), ("mysql", "mysql+mysqldb", "mysql+pymysql")
AT = f"u:{SECRET}@127.0.0.1:1/k"
URLS = {
    "foo": "sqlalchemy.url is not a database URL",
    f"foo{SECRET}": "sqlalchemy.url is not a database URL",
    "://": "sqlalchemy.url is not a database URL",
    "": "has no sqlalchemy.url; name the database there",
    "sqlite://": "only a database in a file can be used",
    "sqlite:///:memory:": "only a database in a file can be used",
    "sqlite:///file:x.db?uri=true": "only a database in a file can be used",
    "sqlite+nothing:///x.db": refused("sqlite+nothing", "sqlite", "sqlite+pysqlite"),
    "sqlite+pysqlcipher:///x.db": refused("sqlite+pysqlcipher", "sqlite", "sqlite+pysqlite"),
    "sqlite:///a\0.db": "line [0-9]+ is not text",
    "sqlite:///%(here)s/repos": "repos: not a regular file",
    "sqlite:///%(here)s/development.ini": "development.ini: file is not a database; name a SQLite database",
    "sqlite:///%(here)s/development.ini/x.db": "development.ini/x.db: (Not a directory|there is no such)",
    "sqlite:///%(here)s/kallithea.db?detect_types=99999999999999": "refuses an option of the URL: .*",
    "sqlite:///%(here)s/kallithea.db?timeout=abc": "refuses an option of the URL: could not convert string to float",
    f"sqlite:///%(here)s/{'x' * 300}.db": "File name too long; name a file that can be reached",
    f"oracle://u:{SECRET}@h/k": "oracle: this database engine is not supported",
    f"mssql+pyodbc://u:{SECRET}@h/k": "mssql: this database engine is not supported",
    f"postgresql+pg8000://{AT}": refused("postgresql+pg8000", *POSTGRESQL),
    f"postgresql+asyncpg://{AT}": refused("postgresql+asyncpg", *POSTGRESQL),
    f"postgresql+://{AT}": "this driver is not supported",
    f"mysql+oursql://{AT}": refused("mysql+oursql", *MYSQL),
    f"mysql+mysqlconnector://{AT}": refused("mysql+mysqlconnector", *MYSQL),
    f"postgresql://u:{SECRET}@127.0.0.1": "the URL names no database",
    f"postgresql://{AT}": "postgresql database k on 127.0.0.1: .*refused",
    f"postgresql://{AT}?nonsense=1": 'invalid connection option "nonsense"',
    f"postgresql://u:{SECRET}@127.0.0.1:99999/k": "invalid port number",
    f"mysql+pymysql://{AT}": "mysql database k on 127.0.0.1: .*refused",
    f"mysql+pymysql://{AT}?nonsense=1": "the driver pymysql refuses an option of the URL: .*nonsense",
    f"mysql+pymysql://{AT}?charset=nonsense": "refuses an option of the URL",
    f"mysql+pymysql://{AT}?connect_timeout=abc": "refuses an option of the URL: invalid literal",
}
ADDRESSES = [
    Bad(line, message, address(url), name=url)
    for url, message in URLS.items()
    for line in (VERIFY, REVISION, DROP)
]


def content(change: Callable[[bytes], bytes]) -> Prepare:
    """Another content of the database."""
    return lambda project: project.database.write_bytes(change(project.database.read_bytes()))


def instead(make: Callable[[Path], object]) -> Prepare:
    """Something else in place of the database."""

    def prepare(project: Project) -> None:
        project.database.unlink()
        make(project.database)

    return prepare


def _bind(path: Path) -> None:
    # A socket's path must be short.
    here = Path.cwd()
    os.chdir(path.parent)
    try:
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(path.name)
    finally:
        os.chdir(here)


#: A device that swallows everything, by a name in the test's folder only.
_NULL = os.makedev(1, 3)
NOT_A_DATABASE, DAMAGED = (
    "kallithea.db: file is not a database; name a",
    "kallithea.db: database disk image is malf",
)
NOISE = bytes(range(7, 249)) * 40
DATABASES: Dict[str, Tuple[str, Prepare]] = {
    "text": (NOT_A_DATABASE, content(lambda old: b"not a database at all\n" * 100)),
    "one letter": (NOT_A_DATABASE, content(lambda old: b"x")),
    "a few letters": (NOT_A_DATABASE, content(lambda old: b"remember the milk\n")),
    "zeros": (NOT_A_DATABASE, content(lambda old: bytes(8192))),
    "encrypted": (NOT_A_DATABASE, content(lambda old: bytes(byte ^ 0x5A for byte in old))),
    "header only": (DAMAGED + "|not a database", content(lambda old: old[:100])),
    "truncated": (DAMAGED, content(lambda old: old[:5000])),
    "half": (DAMAGED, content(lambda old: old[: len(old) // 2])),
    "noise": (DAMAGED, content(lambda old: old[:100] + NOISE * (len(old) // len(NOISE)))),
    "folder": ("kallithea.db: not a regular file", instead(Path.mkdir)),
    "fifo": ("kallithea.db: not a regular file", instead(os.mkfifo)),
    "socket": ("kallithea.db: not a regular file", instead(_bind)),
    "device": (
        "kallithea.db: not a regular file",
        instead(lambda p: os.mknod(p, 0o666 | stat.S_IFCHR, _NULL)),
    ),
    "loop": ("kallithea.db: Too many levels of symbolic links", instead(lambda p: p.symlink_to(p.name))),
}
CONTENTS = [
    Bad(line, message, prepare, name=name) for name, (message, prepare) in DATABASES.items() for line in ALL
]
CONTENTS += [
    Bad(line, message, prepare, name=name)
    for name, message, prepare in (
        ("gone", "kallithea.db: there is no such database; make it", instead(lambda path: None)),
        (
            "dangling link",
            "kallithea.db: there is no such database",
            instead(lambda path: path.symlink_to("x.db")),
        ),
        ("empty", "kallithea.db: the database is empty; make it", content(lambda old: b"")),
    )
    for line in (VERIFY,)  # db-revision needs none
]
CONTENTS += [
    Bad(line, "does not carry the mark of a throwaway", None, name="unmarked") for line in (THROWAWAY, DROP)
]

# -- Kallithea's code --------------------------------------------------------------------------------


def models(*lines: str) -> Prepare:
    """More lines at the end of the models."""

    def prepare(project: Project) -> None:
        text = project.models.read_text(encoding="utf-8")
        project.models.write_text("\n".join([text, *lines, ""]), encoding="utf-8")

    return prepare


def table(*columns: str) -> Prepare:
    return models(
        "class Odd(meta.Base):", "    __tablename__ = 'odd'", *(f"    {column}" for column in columns)
    )


def broken(what: str) -> str:
    return rf"Kallithea cannot be imported: {what}.*/kallithea/model/db\.py, line \d+\); mend the models"


def set_up(what: str) -> str:
    return rf"Kallithea's own set-up failed on a new database: {what}.*/model/db\.py, line \d+\); mend the models"


KEY = "x = Column(Integer(), primary_key=True)"
MODELS: Dict[str, Tuple[str, Prepare]] = {
    "NameError": (broken("NameError: name 'nope'"), models("nope")),
    "KeyError": (broken("KeyError: 'x'"), models("{}['x']")),
    "AttributeError": (broken("AttributeError: module 'datetime'"), models("datetime.nope")),
    "SyntaxError": (broken("SyntaxError: "), models("x = (")),
    "IndentationError": (broken("IndentationError: "), models("if 1:", "pass")),
    "ImportError": (broken("ModuleNotFoundError: No module named 'nope'"), models("import nope")),
    "OSError": (broken("FileNotFoundError: "), models("open('/no/such/file')")),
    "RecursionError": (broken("RecursionError: "), models("def f():", "    f()", "f()")),
    "several lines": (broken("ValueError: one two "), models("raise ValueError('one\\n two')")),
    "without a word": (broken("ValueError "), models("raise ValueError")),
    "NUL": (broken("(Syntax|Value)Error: source code string cannot contain null"), models("\0")),
    "no key": (broken("ArgumentError: Mapper mapped class Odd"), table("x = Column(Integer())")),
    "unknown argument": (broken("TypeError: "), table("x = Column(Integer(), nope=1)")),
    "table twice": (broken("InvalidRequestError: Table 'users'"), models("class Odd(meta.Base):", "    __tablename__ = 'users'", f"    {KEY}")),
    "relationship": (set_up("InvalidRequestError: .*'Nope'"), table(KEY, "y = relationship('Nope')")),
    "join": (set_up("NoForeignKeysError: .*Odd.y"), table(KEY, "y = relationship('Gist')")),
    "foreign key": (set_up("NoReferencedTableError: .*'nope'"), table("x = Column(ForeignKey('nope.x'), primary_key=True)")),
    "foreign key to no column": (set_up("NoReferencedColumnError: .*'nope'"), table("x = Column(ForeignKey('users.nope'), primary_key=True)")),
    "type": (set_up("CompileError: "), table(KEY, "y = Column(__import__('sqlalchemy').types.NullType())")),
}  # fmt: skip
CODE = [Bad(VERIFY, message, prepare, name=name) for name, (message, prepare) in MODELS.items()]
CODE += [
    Bad(line, MODELS[name][0], MODELS[name][1], name=name)
    for name, line in (("NameError", REVISION), ("KeyError", "db-throwaway -c temp.ini"), ("relationship", REVISION),
                       ("join", "db-throwaway -c temp.ini"))
]  # fmt: skip


def script(*lines: str, below: str = HEAD) -> Prepare:
    head = ["revision = 'feedc0ffee00'", f"down_revision = {below!r}", "from alembic import op"]
    return scripts("\n".join([*head, *lines, ""]))


def scripts(text: str) -> Prepare:
    return lambda project: (project.versions / "feedc0ffee00_bad.py").write_text(text)


def without(*names: str) -> Prepare:
    """Without these files and what Python compiled of them."""

    def prepare(project: Project) -> None:
        for name in names:
            path = project.versions.parent / name
            shutil.rmtree(path.parent / "__pycache__", ignore_errors=True)
            shutil.rmtree(path) if path.is_dir() else path.unlink()

    return prepare


def told(what: str) -> str:
    return rf"feedc0ffee00_bad\.py(:|, line )\d+: the script cannot be loaded: {what}.*; mend the script"


SCRIPTS: Dict[str, Tuple[str, Prepare]] = {
    "SyntaxError": (told("SyntaxError"), script("def upgrade(:")),
    "NameError": (told("NameError: name 'nope'"), script("nope")),
    "ImportError": (told("ModuleNotFoundError: No module named 'nope'"), script("import nope")),
    "NUL": (told("(Syntax|Value)Error: source code string"), script("\0")),
    "no revision": (r"feedc0ffee00_bad\.py", scripts("x = 1\n")),
    "nothing": (r"feedc0ffee00_bad\.py", scripts("")),
    "two heads": ("the migration scripts have 2 heads", script("def upgrade(): pass", below="9358dc3d6828")),
    "unknown below": ("revision nope is missing", script("def upgrade(): pass", below="nope")),
    "a folder": (r"feedc0ffee00_x\.py", lambda project: (project.versions / "feedc0ffee00_x.py").mkdir()),
    "env.py gone": (r"env\.py", without("env.py")),
    "no scripts": ("alembic(/versions)?: (there are no migration scripts|no such)", without(".")),
}
CODE += [
    Bad(line, message, prepare, name=f"script {name}")
    for name, (message, prepare) in SCRIPTS.items()
    for line in (REVISION, "db-throwaway -c temp.ini")
]


def template_of(data: Optional[bytes]) -> Prepare:
    """A model change to draft, and another template, or none."""

    def prepare(project: Project) -> None:
        old = "lastname = Column(Unicode(255), nullable=False)"
        project.change_models((old, f"{old}\n    more = Column(Unicode(255), nullable=True)"))
        path = project.versions.parent / "script.py.mako"
        path.unlink()
        if data is not None:
            path.write_bytes(data)

    return prepare


TEMPLATES = {"gone": None, "open": b"${up_revision", "unknown name": b"${nope}", "block": b"% if x:\n",
             "latin-1": b"caf\xe9", "empty": b"", "no Python": b"def (\n"}  # fmt: skip
CODE += [
    Bad(REVISION, r"/alembic/script\.py\.mako: this template makes no script: .*; mend it", template_of(data),
        name=f"template {name}")
    for name, data in TEMPLATES.items()
]  # fmt: skip

BAD = [*LINES, *CONFIGS, *ADDRESSES, *CONTENTS, *CODE]


def test_there_are_many() -> None:
    assert len(BAD) > 200
    assert len({bad.id for bad in BAD}) == len(BAD)


# -- running them ------------------------------------------------------------------------------------


@pytest.mark.parametrize("bad", LINES + CONFIGS + ADDRESSES + CONTENTS, ids=lambda bad: bad.id)
def test_bad_input(template: Project, tmp_path: Path, bad: Bad) -> None:
    shutil.copytree(template.instance, tmp_path / "instance")
    check(Project(tmp_path), bad, template.checkout)


@pytest.mark.skipif(VERSION != "0.7.0", reason="none of this depends on the release")
@pytest.mark.parametrize("bad", CODE, ids=lambda bad: bad.id)
def test_bad_code(project: Project, bad: Bad) -> None:
    check(project, bad, project.checkout)


@pytest.mark.parametrize("bad", [*BAD[:: len(BAD) // 14]], ids=lambda bad: bad.id)
def test_bad_input_of_the_real_executable(project: Project, bad: Bad) -> None:
    check(project, bad, project.checkout, run)


def check(
    project: Project,
    bad: Bad,
    checkout: Path,
    runner: Callable[..., "subprocess.CompletedProcess[str]"] = run_forked,
) -> None:
    """Run it, and see that it is one line, exit status 2, and nothing has changed."""
    if bad.prepare:
        try:
            bad.prepare(project)
        except PermissionError:
            pytest.skip("a device takes root")
    temporary = project.root / "temporary"
    temporary.mkdir()
    words = shlex.split(bad.line)
    before = everything(project.root)
    done = runner("gearbox", *words, cwd=project.instance, checkout=checkout, TMPDIR=str(temporary))
    assert (done.returncode, done.stdout) == (2, ""), done.stderr
    one_line(done.stderr, bad.message)
    assert "defect" not in done.stderr
    assert SECRET not in done.stderr
    assert everything(project.root) == before


def everything(root: Path) -> List[Tuple[str, int, int, bytes]]:
    """Name, mode, time and content of all that is there, but for what Python compiles."""
    found = []
    for path in sorted(root.rglob("*")):
        status = path.lstat()
        data = path.read_bytes() if stat.S_ISREG(status.st_mode) else b""
        if "__pycache__" not in path.parts:
            time = status.st_mtime_ns if path.is_file() else 0
            found.append((str(path.relative_to(root)), status.st_mode, time, data))
    return found
