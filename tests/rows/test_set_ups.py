"""What set-ups wrote may change and go; what a site has chosen may not. Pure."""

from __future__ import annotations

from kallithea_dbdev.rows.set_ups import Written

NAMES = ("name", "value", "type")
FRESH = (
    {"name": "title", "value": "Kallithea", "type": "str"},
    {"name": "realm", "value": "x", "type": "str"},
)
OLD = ({"name": "title", "value": "", "type": "unicode"}, {"name": "ga", "value": "", "type": "unicode"})
OLDEST = ({"name": "title", "value": "RhodeCode"}, {"name": "push_ssl", "value": "no"})
WRITTEN = Written(NAMES, ("name",), FRESH, (OLD, OLDEST, ()))


def test_only_what_a_release_wrote_becomes_what_the_current_one_writes() -> None:
    after = ("title", "Kallithea", "str")
    assert WRITTEN.becomes_newer(("title", "", "str"), after, ["value"])
    assert WRITTEN.becomes_newer(("title", "RhodeCode", "str"), after, ["value"])
    assert not WRITTEN.becomes_newer(("title", "Our forge", "str"), after, ["value"])
    # what another row was given is no reason
    assert not WRITTEN.becomes_newer(("title", "no", "str"), after, ["value"])
    # the type is nobody's choice, whatever the value is
    assert WRITTEN.becomes_newer(("title", "Our forge", "unicode"), ("title", "Our forge", "str"), ["type"])
    # what is written now
    assert not WRITTEN.becomes_newer(("title", "", "str"), ("title", "Forge", "str"), ["value"])
    assert not WRITTEN.becomes_newer(("title", "", "str"), after, ["value", "made"])


def test_rows_that_come_and_go() -> None:
    assert WRITTEN.is_fresh(("realm", "x", "str"))
    assert not WRITTEN.is_fresh(("realm", "y", "str"))
    assert WRITTEN.was_released(("ga", "", "unicode"))
    assert not WRITTEN.was_released(("ga", "UA-1", "unicode"))
    # what the oldest did not have is not asked
    assert WRITTEN.was_released(("push_ssl", "no", "bool"))


def test_all_releases_are_asked_last() -> None:
    asked = []

    def older() -> "list[tuple[dict[str, str], ...]]":
        asked.append(1)
        return [OLDEST, ()]

    written = Written(NAMES, ("name",), FRESH, (OLD,), older)
    after = ("title", "Kallithea", "str")
    assert written.becomes_newer(("title", "", "str"), after, ["value"])
    assert not asked
    assert written.becomes_newer(("title", "RhodeCode", "str"), after, ["value"])
    assert written.was_released(("push_ssl", "no", "bool"))
    assert not written.becomes_newer(("title", "Our forge", "str"), after, ["value"])
    assert len(asked) == 3


def test_what_an_old_release_wrote_becomes_what_a_later_one_wrote() -> None:
    older = (OLD, ({"name": "title", "value": "x", "type": "unicode"},), OLDEST)
    written = Written(NAMES, ("name",), FRESH, (OLD,), lambda: older)
    assert written.becomes_newer(("title", "RhodeCode", "unicode"), ("title", "x", "unicode"), ["value"])
    assert written.becomes_newer(("title", "x", "unicode"), ("title", "", "unicode"), ["value"])
    # a row may get another name, too
    assert written.becomes_newer(("push_ssl", "no", "unicode"), ("ga", "", "unicode"), ["name", "value"])
    # never back, and never what a site has chosen
    assert not written.becomes_newer(("title", "", "unicode"), ("title", "x", "unicode"), ["value"])
    assert not written.becomes_newer(("title", "x", "unicode"), ("title", "RhodeCode", "unicode"), ["value"])
    assert not written.becomes_newer(("title", "Our forge", "unicode"), ("title", "", "unicode"), ["value"])
    assert not Written(NAMES, ("name",), (), ((),), lambda: older).becomes_newer(
        ("title", "x", "unicode"), ("title", "", "unicode"), ["value"]
    )


def test_what_every_release_has_written() -> None:
    def written(*older: "tuple[dict[str, str], ...]") -> Written:
        return Written(NAMES, ("name",), FRESH, (OLD,), lambda: older)

    title = ("title", "Kallithea", "str")
    assert written(OLD, OLDEST).always_written(title)
    # whatever else it says; a release that fills no such table says nothing
    assert written(OLD, OLDEST, ()).always_written(("title", "another", "?"))
    assert not written(OLD, OLDEST).always_written(("push_ssl", "no", "bool"))
    assert not written(OLD, OLDEST).always_written(("realm", "x", "str"))
    assert not written(()).always_written(title)
    assert not written().always_written(title)


def test_nothing_is_known() -> None:
    nothing = Written(NAMES, ("name",), (), ((),))
    assert WRITTEN.known
    assert not nothing.known
    assert not nothing.is_fresh(("title", "", ""))
    assert not nothing.was_released(("title", "", ""))
    assert not Written((), (), FRESH, ()).is_fresh(())
