"""Settings have types: what a person sets wrong is named in words that say what to set instead."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from speaker.errors import PluginError
from speaker.settings import Secret, Setting, chosen, declared


def setting(**keys: object) -> Setting:
    return Setting.model_validate(keys)


@pytest.mark.parametrize(
    ("keys", "good", "bad", "says"),
    [
        ({"type": "integer", "minimum": 1, "maximum": 5}, 3, 7, "a whole number from 1 to 5, not 7"),
        ({"type": "integer"}, 0, True, "a whole number, not True"),
        ({"type": "integer"}, -4, 2.5, "a whole number, not 2.5"),
        ({"type": "number", "minimum": 0.5}, 2, 0.4, "a number from 0.5, not 0.4"),
        ({"type": "number"}, 2.5, float("nan"), "a number, not nan"),
        ({"type": "boolean"}, False, "no", "true or false, not 'no'"),
        ({"type": "text"}, "", 7, "text, not 7"),
        ({"type": "choice", "choices": ["us", "imperial"]}, "us", "eu", "one of us, imperial, not 'eu'"),
        ({"type": "list"}, ["a", "b"], ["a", 1], "a list of text"),
        ({"type": "path"}, "/srv/music", "music", "a full path, such as ~/music, not 'music'"),
        ({"type": "secret"}, "hunter2", 7, "text, not what it is"),
    ],
)
def test_each_type_takes_its_own_values_and_names_others(keys, good, bad, says):
    assert setting(**keys).checked(good) == (Path(good) if keys["type"] == "path" else good)
    with pytest.raises(ValueError) as error:
        setting(**keys).checked(bad)
    assert says in str(error.value)


def test_a_path_begins_at_home_where_it_says_so(monkeypatch):
    monkeypatch.setenv("HOME", "/home/ada")
    assert setting(type="path").checked("~/music") == Path("/home/ada/music")


def test_a_secret_does_not_show_itself():
    value = setting(type="secret").checked("hunter2")
    assert isinstance(value, Secret)
    assert value == "hunter2"
    assert "hunter2" not in repr({"key": value})


@pytest.mark.parametrize(
    ("keys", "says"),
    [
        ({"type": "integer", "default": 9, "maximum": 5}, "the default should be a whole number to 5, not 9"),
        ({"type": "text", "minimum": 1}, "go with integer and number, not with text"),
        ({"type": "choice"}, "'choices' and the type choice go together"),
        ({"type": "text", "choices": ["a"]}, "'choices' and the type choice go together"),
    ],
)
def test_a_declaration_that_contradicts_itself_is_none(keys, says):
    with pytest.raises(ValidationError, match=says):
        setting(**keys)


def test_a_default_alone_tells_the_type():
    types = [declared(default)["type"] for default in (True, 3, 2.5, "x", ["x"])]
    assert types == ["boolean", "integer", "number", "text", "list"]
    with pytest.raises(ValueError, match="tells no type"):
        declared(None)


def test_what_has_no_default_has_to_be_set():
    key = {"key": setting(type="secret"), "city": setting(type="text", default=None)}
    assert chosen("weather", key, {"key": "x"}) == {"key": "x", "city": None}
    with pytest.raises(PluginError, match=r"needs the setting 'key'.*plugins: \{weather: \{key: …\}\}"):
        chosen("weather", key, {})
