"""Reading, printing, and refusing access strings."""

import copy
import pickle
import sys
from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cdk_elasticache.errors import ACCESS_STRING_CODES, AccessStringError, ArgumentTypeError
from cdk_elasticache.model.access_string import AccessString
from cdk_elasticache.model.access_string.findings import Finding
from cdk_elasticache.model.access_string.words import unquote
from cdk_elasticache.model.commands import table
from tests.model.access_string.generate import Generator

#: Strings of the generator, most of which parse.
generated = st.integers(0, 100_000).map(lambda seed: Generator(seed, table()).text())

#: Anything, weighted towards what has a meaning.
soup = st.text(st.sampled_from("~%&+-@|()*[]^\\\"' \t\nRWaonfgetlx\udcff\xa0é<>#!"), max_size=60)


@pytest.mark.parametrize("text", ["on ~* +@all", "off -@all", "on ~app::* -@all +@read +@hash -geoadd"])
def test_strings_of_everyday_life_print_as_they_were_written(text: str) -> None:
    assert str(AccessString.parse(text)) == text
    assert AccessString.parse(text).text == text


def test_printing_leaves_one_blank_between_words_and_the_original_text_stays() -> None:
    made = AccessString.parse("  on\t~a   (  ~b\n+get ) ")
    assert str(made) == "on ~a (~b +get)"
    assert made.text == "  on\t~a   (  ~b\n+get ) "


def test_a_no_break_space_is_part_of_a_pattern() -> None:
    assert str(AccessString.parse("~a\xa0b")) == "~a\xa0b"


def test_bytes_are_read_as_utf_8_and_odd_ones_survive() -> None:
    assert AccessString.parse(b"~\xff\xc3\xa9").text == "~\udcffé"


@pytest.mark.parametrize("value", [None, 1, ["on"]], ids=str)
def test_something_else_than_text_is_an_argument_of_the_wrong_type(value: object) -> None:
    with pytest.raises(ArgumentTypeError) as caught:
        AccessString.parse(value)  # type: ignore[arg-type]
    assert caught.value.code == "WrongType"
    assert caught.value.parameter == "access_string"


#: text: (code, position, word, what is proposed). The first ones every version of the service refuses.
CERTAIN = {
    "": ("BlankAccessString", 0, "", "'off -@all' is a user who may do nothing"),
    " \t": ("BlankAccessString", 0, "", "'off -@all' is a user who may do nothing"),
    "on alkeys": ("AccessStringSyntax", 3, "alkeys", "did you mean 'allkeys'?"),
    "on get": ("AccessStringSyntax", 3, "get", "did you mean '+get'?"),
    "on @read": ("AccessStringSyntax", 3, "@read", "did you mean '+@read'?"),
    "on %X~a": ("AccessStringSyntax", 3, "%X~a", ""),
    "on %~a": ("AccessStringSyntax", 3, "%~a", ""),
    "+": ("AccessStringSyntax", 0, "+", ""),
    "-@": ("AccessStringSyntax", 0, "-@", ""),
    "+config|": ("AccessStringSyntax", 0, "+config|", ""),
    "+config|get|x": ("AccessStringSyntax", 0, "+config|get|x", ""),
    "+|get": ("AccessStringSyntax", 0, "+|get", ""),
    ")": ("AccessStringSyntax", 0, ")", ""),
    "(on)": ("AccessStringSyntax", 1, "on", "did you mean"),
    "((+get))": ("AccessStringSyntax", 1, "(+get)", ""),
    "~a\0": ("AccessStringSyntax", 2, "\0", ""),
    '(~"a b")': ("AccessStringSyntax", 0, "~a b", ""),
    "on (~a +get": ("UnmatchedParenthesis", 3, "(~a", "end the selector with a word"),
    "on ~* ~a": ("PatternAfterAllKeys", 6, "~a", "put resetkeys before it"),
    "allkeys %R~a": ("PatternAfterAllKeys", 8, "%R~a", "put resetkeys before it"),
    "(~* ~a) clearselectors": ("PatternAfterAllKeys", 4, "~a", "put resetkeys before it"),
    "&* &a": ("ChannelAfterAllChannels", 3, "&a", "put resetchannels before it"),
    "on reset": ("ResetInAccessString", 3, "reset", "leave it out"),
    "on\ud800": ("UndecodableAccessString", 2, "\ud800", ""),
}

#: Those that only the newest engine we know refuses.
DOUBTFUL = {
    "on +@raed": ("UnknownCategory", 3, "+@raed", "did you mean '+@read'?"),
    "on +@al": ("UnknownCategory", 3, "+@al", "did you mean '+@all'?"),
    "on -gett": ("UnknownCommand", 3, "-gett", "did you mean '-get'?"),
    "on +config|gte": ("UnknownSubcommand", 3, "+config|gte", "did you mean '+config|get'?"),
    "on -get|x": ("UnknownSubcommand", 3, "-get|x", ""),
    "on &news": ("ChannelWithoutResetchannels", 3, "&news", "put resetchannels before it"),
    "on nopass": ("AuthenticationRule", 3, "nopass", "authentication mode"),
    "on ResetPass": ("AuthenticationRule", 3, "ResetPass", "authentication mode"),
    "on sanitize-payload": ("PayloadRule", 3, "sanitize-payload", "leave it out"),
    "on alldbs": ("DatabaseRule", 3, "alldbs", "a serverless cache has one database"),
    "on db=0,1": ("DatabaseRule", 3, "db=0,1", "a serverless cache has one database"),
    "on (+get|'a\"')": ("UnsafeFirstArgument", 3, '+get|a"', "leave the blank or the quote out"),
}


@pytest.mark.parametrize("text", [*CERTAIN, *DOUBTFUL], ids=ascii)
def test_a_refusal_has_the_code_the_position_the_word_and_the_way_out(text: str) -> None:
    code, position, word, remedy = (CERTAIN | DOUBTFUL)[text]
    with pytest.raises(AccessStringError) as caught:
        AccessString.parse(text)
    error = caught.value
    assert (error.code, error.position, error.word, error.value) == (code, position, word, text)
    assert isinstance(error, ValueError)
    assert remedy in error.message
    assert error.message.startswith(f"access_string must {ACCESS_STRING_CODES[code]}, got ")


@pytest.mark.parametrize("text", CERTAIN, ids=ascii)
def test_what_every_version_refuses_cannot_be_read_either(text: str) -> None:
    with pytest.raises(AccessStringError):
        AccessString.read(text)


@pytest.mark.parametrize("text", DOUBTFUL, ids=ascii)
def test_what_only_our_tables_refuse_can_be_read_and_is_a_finding(text: str) -> None:
    code, position, word, _ = DOUBTFUL[text]

    def is_it(finding: Finding) -> bool:
        return (finding.id, finding.position, finding.words) == (code, position, (word,))

    (found,) = filter(is_it, AccessString.read(text).findings())
    assert found.severity == "error"


@pytest.mark.parametrize("text", CERTAIN, ids=ascii)
def test_the_first_mistake_of_a_text_is_why_it_cannot_be_read(text: str) -> None:
    with pytest.raises(AccessStringError) as caught:
        AccessString.read(text)
    assert str(caught.value) in map(str, AccessString.mistakes(text))


def test_a_text_that_can_be_read_has_no_mistakes() -> None:
    assert AccessString.mistakes("on ~a +gett") == ()


def test_all_mistakes_of_a_text_are_told_in_its_order() -> None:
    found = AccessString.mistakes("on nosuch ~* ~a reset &* &b (~* ~c) (open")
    assert [(error.code, error.word) for error in found] == [
        ("AccessStringSyntax", "nosuch"),
        ("ResetInAccessString", "reset"),
        ("UnmatchedParenthesis", "(open"),
    ]
    found = AccessString.mistakes("on nosuch ~* ~a reset &* &b (~* ~c) >word nothing else")
    assert [error.code for error in found] == [
        "AccessStringSyntax",
        "PatternAfterAllKeys",
        "ResetInAccessString",
        "ChannelAfterAllChannels",
        "PatternAfterAllKeys",
        "PasswordInAccessString",
    ]


def test_every_code_of_an_access_string_has_an_example_here() -> None:
    seen = {row[0] for row in (CERTAIN | DOUBTFUL).values()} | {"PasswordInAccessString"}
    assert seen == set(ACCESS_STRING_CODES)


def test_the_error_underlines_the_word() -> None:
    with pytest.raises(AccessStringError) as caught:
        AccessString.parse("on ~app:* +@raed -@dangerous")
    assert str(caught.value) == (
        "access_string must name categories that the engine has, got '+@raed' (word 3, character 11); "
        "did you mean '+@read'? [UnknownCategory]\n"
        "    on ~app:* +@raed -@dangerous\n"
        "              ^^^^^^"
    )


def test_a_word_of_a_selector_is_underlined_where_it_stands() -> None:
    with pytest.raises(AccessStringError) as caught:
        AccessString.parse("on (~gett  +gett )")
    assert caught.value.picture.splitlines() == ["    on (~gett  +gett )", "               ^^^^^"]


def test_a_long_text_is_cut_around_the_word() -> None:
    with pytest.raises(AccessStringError) as caught:
        AccessString.parse("+get " * 100 + "+gte " + "+set " * 100)
    line, carets = caught.value.picture.splitlines()
    assert len(line) < 90
    assert line[carets.index("^") : carets.rindex("^") + 1] == "+gte"


SECRET = "correct-horse-battery"
HASH = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (f"on >{SECRET} ~*", "a password of 21 characters"),
        (f"on <{SECRET} ~*", "a password of 21 characters"),
        (f"on #{HASH}", "a hash of 64 characters"),
        (f"on !{HASH}", "a hash of 64 characters"),
        (f"on (~a >{SECRET})", "a password of 21 characters"),
    ],
)
def test_a_password_or_hash_is_refused_and_only_its_kind_and_length_are_shown(text: str, word: str) -> None:
    with pytest.raises(AccessStringError) as caught:
        AccessString.parse(text)
    error = caught.value
    assert (error.code, error.word) == ("PasswordInAccessString", word)
    for shown in (str(error), repr(error), repr(vars(error))):
        assert SECRET not in shown
        assert HASH not in shown


@pytest.mark.parametrize("text", [f"on > {SECRET}", f'on ">two {SECRET}"', f"on #{HASH} {SECRET} +gett"])
def test_no_mistake_behind_a_password_is_told_since_it_may_be_a_part_of_it(text: str) -> None:
    found = AccessString.mistakes(text)
    assert found
    assert SECRET not in f"{found!r}{[str(error) for error in found]}{[error.value for error in found]}"


@pytest.mark.parametrize("text", [f"bogus on >{SECRET}", f"on +gett >{SECRET}", f"on {HASH}", f"on>{SECRET}"])
def test_an_error_about_another_word_does_not_show_a_secret_that_stands_beside_it(text: str) -> None:
    with pytest.raises(AccessStringError) as caught:
        AccessString.parse(text)
    for shown in (str(caught.value), repr(vars(caught.value))):
        assert SECRET not in shown
        assert HASH not in shown


@given(generated)
@settings(max_examples=300, deadline=None)
@example('("~a\\xff\\"" +get)')
@example('("~a)" +get)')
@example("(~'a' %R~b))")
@example("(~a (~b)")
def test_what_is_printed_reads_back_as_the_same(text: str) -> None:
    try:
        made = AccessString.read(text)
    except AccessStringError:
        return
    assert AccessString.read(str(made)) == made
    assert hash(AccessString.read(str(made))) == hash(made)
    assert str(AccessString.read(str(made))) == str(made)


@given(generated)
@settings(max_examples=300, deadline=None)
def test_the_canonical_form_is_its_own_canonical_form(text: str) -> None:
    try:
        canonical = AccessString.parse(text).canonical()
    except AccessStringError:
        return
    assert AccessString.parse(canonical).canonical() == canonical


@given(st.one_of(st.text(), soup, st.binary()))
@settings(max_examples=500, deadline=None)
@example("(" * 50_000)
@example("(" * 50_000 + ")" * 50_000)
@example("( " * 30_000)
@example('("' + "\\x" * 40_000)
@example("+" * 100_000)
@example("~[" * 50_000)
def test_no_input_raises_anything_but_the_modules_own_error(text: str | bytes) -> None:
    try:
        made = AccessString.parse(text)
    except AccessStringError:
        return
    assert AccessString.parse(str(made)) == made


def calls(action: Callable[[], object]) -> int:
    """How many calls of Python and C functions an action makes: work that doesn't depend on the clock."""
    count = 0

    def note(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(note)
    try:
        action()
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize(
    "piece",
    ["~a ", "+get ", "-@read ", "(~a +get) ", "( ~a ) ", "on ", "+config|get ", "+get|x ", "~[a-z]\\* "],
)
def test_reading_ten_times_as_much_takes_ten_times_the_calls(piece: str) -> None:
    AccessString.parse(piece)
    few = calls(lambda: AccessString.parse(piece * 300))
    many = calls(lambda: AccessString.parse(piece * 3_000))
    assert many < few * 11


def test_an_access_string_cannot_be_changed() -> None:
    made = AccessString.parse("on")
    with pytest.raises(AttributeError):
        made.text = "off"
    with pytest.raises(AttributeError):
        del made.text


def test_a_copy_and_a_pickle_are_equal() -> None:
    made = AccessString.parse("on  ~a (+get)")
    assert copy.deepcopy(made) == pickle.loads(pickle.dumps(made)) == made
    assert copy.copy(made).text == made.text


def test_equal_words_make_equal_access_strings() -> None:
    assert AccessString.parse("on  ~a") == AccessString.parse("on ~a")
    assert AccessString.parse("on ~a") != AccessString.parse("on ~b")
    assert AccessString.parse("on ~a") != "on ~a"
    assert repr(AccessString.parse("on ~a")) == "AccessString.read('on ~a')"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            r'~\"abc"',
            [r"~\abc"],
        ),  # outside of quotes a backslash is itself: what Valkey 9.1.2 shows in ACL LIST
        (r'~"\"abc"', ['~"abc']),
        (r"'\'a' b", ["'a", "b"]),
        (r'"a\\"', ["a\\"]),
        (r'a\"b c"', [r"a\b c"]),
    ],
)
def test_a_backslash_before_a_quote_is_itself_outside_of_quotes(text: str, words: list[str]) -> None:
    assert unquote(text) == (words, False)
