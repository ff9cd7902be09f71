"""A mapping that cannot be used says which file, which key, and what is allowed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from domain.errors import UsageProblem
from exchange.mapping.mapping import From, Join, Like, Mapping, check, load
from tests.exchange.support import MAPPINGS

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("name", sorted(path.stem for path in MAPPINGS.glob("*.toml")))
def test_the_mappings_of_the_real_logs_are_valid(name: str) -> None:
    assert load(MAPPINGS / f"{name}.toml").source


def test_every_key_is_read() -> None:
    given = {
        "source": "s",
        "format": "csv",
        "case": "a",
        "activity": ["b", "c"],
        "actor": {"join": ["d", "e"], "with": "/"},
        "keep": True,
        "rule": [
            {"when": {"activity": {"like": "x*"}}, "event": "case.x", "fields": {"f": {"from": "g"}, "h": 1}}
        ],
    }
    mapping = check(given, "m.toml")
    assert (mapping.case, mapping.activity, mapping.actor) == ("a", ["b", "c"], Join(["d", "e"], with_="/"))
    assert mapping.rule[0].when == {"activity": Like("x*")}
    assert mapping.rule[0].fields == {"f": From("g"), "h": 1}
    assert mapping.keep is True
    assert check({}, "m.toml") == Mapping()


@pytest.mark.parametrize(
    ("given", "key", "hint"),
    [
        ({"case": 1}, "'case'", "case is the name of an attribute"),
        ({"case": ""}, "'case'", "case is the name of an attribute"),
        ({"actor": []}, "'actor'", "actor is the name of an attribute"),
        ({"actor": {"join": ["a", ""]}}, "'actor'", "actor is the name of an attribute"),
        ({"acter": "x"}, "`acter`", "a mapping has the keys source, format, case"),
        ({"format": "xml"}, "'format'", "format is xes, csv or jsonl"),
        ({"zone": "Mars/North"}, "'zone'", "zone is the name of a time zone"),
        ({"encoding": "klingon"}, "'encoding'", "encoding is the name"),
        (
            {"time_format": "dd/mm/yyyy"},
            "'time_format': 'dd/mm/yyyy': it has no directive",
            "time_format is a format",
        ),
        ({"time_format": ["%Y-%m-%d", "%d %b"]}, "'time_format[1]'", "time_format is a format"),
        ({"time_format": []}, "'time_format': no format is given", "time_format is a format"),
        ({"unit": "days"}, "'unit'", "unit is s, ms, us or ns"),
        ({"unit": "s", "time_format": "%Y%m%d"}, "'unit': times are numbers or", "unit is s, ms, us or ns"),
        ({"repeated_hour": "third", "zone": "UTC"}, "'repeated_hour'", "repeated_hour is first, second"),
        ({"repeated_hour": "first"}, "'repeated_hour': no zone is given", "repeated_hour is first, second"),
        ({"delimiter": ";;"}, "'delimiter'", "delimiter is one character"),
        ({"keep": "all"}, "'keep'", "keep is true, false, or a list"),
        ({"rule": [{"when": {"a": "b"}}]}, "'rule[0]'", "a rule has when, event, fields"),
        ({"rule": [{"when": {}, "event": "a.b"}]}, "'rule[0].when'", "when is a table"),
        ({"rule": [{"when": {"a": "b"}, "event": "resolved"}]}, "'rule[0].event'", "event is the name"),
        ({"rule": [{"when": {"a": 1}, "event": "a.b"}]}, "'rule[0].when", "when is a table"),
        (
            {"rule": [{"when": {"a": "b"}, "event": "a.b", "fields": {"x": {}}}]},
            "'rule[0].fields",
            "fields is",
        ),
    ],
)
def test_a_wrong_key_or_value_is_named(given: object, key: str, hint: str) -> None:
    with pytest.raises(UsageProblem) as caught:
        check(given, "fines.toml")
    assert "fines.toml" in caught.value.message
    assert key in caught.value.message
    assert caught.value.hints[0].startswith(hint)
    assert caught.value.exit_code == 2


def test_a_mapping_that_is_missing_or_no_toml_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageProblem, match=r"cannot be read: .*No such file"):
        load(tmp_path / "none.toml")
    for content in (b"case = ", b"\xff"):
        (tmp_path / "bad.toml").write_bytes(content)
        with pytest.raises(UsageProblem, match=r"bad\.toml is not TOML"):
            load(tmp_path / "bad.toml")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_mapping_with_a_byte_order_mark_is_read(tmp_path: Path, encoding: str) -> None:
    """Editors on Windows write one."""
    (tmp_path / "marked.toml").write_bytes('case = "Fällt"\r\n'.encode(encoding))
    assert load(tmp_path / "marked.toml").case == "Fällt"
