"""A configuration made from another one, that shares nothing with it: for ``db-throwaway --from``."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Dict, Iterator, Mapping, Optional, Tuple

from . import config
from .errors import ConfigError
from .inifile import edit, option_key
from .secrets import mask, names_secret

#: What would act on the original instance, or on what that acts on: off.
_OFF = {"session.type": "file", "use_celery": "false", "ssh_enabled": "false"}

#: Sessions and caches, and which of their options say where they are kept: with the original's.
_STORES = ("session.", "beaker.session.", "beaker.cache.", "cache.")
_PLACES = (".url", ".data_dir", ".lock_dir")
_KINDS_OF_ITS_OWN = {"memory", "file", "dbm", "cookie"}

#: Log handlers that reach nothing but the terminal: others write files, send mail, call servers.
_QUIET_HANDLERS = {"streamhandler", "nullhandler"}
_HANDLER = {"class": "NullHandler", "args": "()", "kwargs": None}


def from_configuration(source: Path, settings: Mapping[str, Optional[str]]) -> str:
    """The text of a configuration with ``settings`` in ``[app:main]`` and no other database.

    Whatever else would act on the original instance is switched off: sessions in its database, its
    message queue, its file of SSH keys. No secret of the original is in it, in comments neither. Raises
    ConfigError where a value cannot be read.
    """
    config.check_values(source, config.APPLICATION)
    parser = config.load(source).parser
    for name in parser.sections():
        other = config.made_from(source, parser, name)
        if other is not None:
            raise ConfigError(
                f"{source}: [{name}] is made from {other}: what it says there would be shared with the original",
                "name a configuration that says all by itself with --from",
            )
    wanted = {**_OFF, **settings}
    changes: Dict[str, Dict[str, Optional[str]]] = {
        name: dict(_changes(name, config.raw_options(parser, name), wanted))
        for name in [parser.default_section, *parser.sections()]
    }
    # What stands in [DEFAULT], or as "set ...", wins over [app:main]; it is gone from there.
    changes[config.APPLICATION] = {**changes.get(config.APPLICATION, {}), **wanted}
    changes[config.MARK_SECTION] = {config.MARK_KEY: None, config.REPOSITORIES_KEY: None}
    return edit(config.read_text(source), changes, _tells_secrets)


def _changes(
    section: str, options: Mapping[str, str], wanted: Mapping[str, Optional[str]]
) -> Iterator[Tuple[str, Optional[str]]]:
    """(key, new value) of each option that is not to be as it was; None: to be removed."""
    kind = options.get("class", "").rpartition(".")[2].casefold()
    for key, value in options.items():
        verb, plain = config.verb_and_key(key.casefold())  # whatever the case
        store = plain.startswith(_STORES)
        if (store and plain.endswith(_PLACES)) or plain in wanted or config.names_database(plain):
            yield key, None
        elif store and plain.endswith(".type") and value.casefold() not in _KINDS_OF_ITS_OWN:
            yield key, "file" if "session." in plain else "memory"
        elif section.startswith("handler_") and key in _HANDLER and kind not in _QUIET_HANDLERS:
            yield key, _HANDLER[key]
        elif names_secret(plain) and verb != "get" and value:  # "get x = smtp_password" names another key
            # Beaker takes no empty key; others may be named by another option, and stay, empty.
            yield key, uuid.uuid4().hex if "secret" in plain else None if store else ""
        elif any(mask(text) != text for text in (value, "".join(value.split()))):
            yield key, ""


def _tells_secrets(comment: str) -> bool:
    """Whether a comment names a database or a secret, of today or of former days."""
    key = option_key(comment).casefold()
    return config.names_database(key) or names_secret(key) or mask(comment) != comment
