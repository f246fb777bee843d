"""The text that an engine shows."""

import pytest

from cdk_elasticache.model.access_string import AccessString

#: given: what Valkey 9.1 shows for a new user (observed; the rows of the service's reference).
SHOWN = {
    "off": "off &* -@all",
    "on ~* +@all": "on ~* &* +@all",
    "on allkeys allcommands allchannels": "on ~* &* +@all",
    "on ~a ~*": "on ~* &* -@all",
    "on %RW~e +get": "on ~e &* -@all +get",
    "on resetchannels &a &b +subscribe": "on resetchannels &a &b -@all +subscribe",
    "on +get": "on &* -@all +get",
    "on +get -@all": "on &* -@all",
    "on -@all +get -get": "on &* -@all -get",
    "on +@all -get +get": "on &* +@all +get",
    "on +@read +@write +get": "on &* -@all +@read +@write +get",
    "on +set +get +set": "on &* -@all +get +set",
    "on +@all -keys -@admin +keys": "on &* +@all -@admin +keys",
    "on +config|get -config": "on &* -@all -config",
    "on +@READ +GET": "on &* -@all +@read +get",
    "on +get (+set ~k1)": "on &* -@all +get (~k1 &* -@all +set)",
    "on (+set ~k1) clearselectors": "on &* -@all",
    "~": "off ~ &* -@all",
}


@pytest.mark.parametrize("text", SHOWN)
def test_an_engine_shows(text: str) -> None:
    assert AccessString.parse(text).canonical() == SHOWN[text]


def test_redis_oss_keeps_the_case_of_a_first_argument() -> None:
    made = AccessString.parse("+select|A")
    assert made.canonical("redis_7") == "off &* -@all +select|A"
    assert made.canonical("valkey_8") == "off &* -@all +select|a"


def test_what_an_engine_does_not_have_is_left_out() -> None:
    made = AccessString.parse("on ~a +get +hgetex")
    assert made.canonical("valkey_7") == "on ~a &* -@all +get"
    assert made.canonical("valkey_9") == "on ~a &* -@all +get +hgetex"


def test_modules_can_be_left_out_for_a_server_without_them_and_are_named() -> None:
    made = AccessString.parse("on ~a +@all -@json +bf.add (~b +json.get +get)")
    assert made.canonical(modules=False) == "on ~a &* +@all (~b &* -@all +get)"
    assert made.module_words() == ("-@json", "+bf.add", "+json.get")
    assert made.canonical() == "on ~a &* +@all -@json +bf.add (~b &* -@all +json.get +get)"
