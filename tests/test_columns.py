"""The grammar of --cols."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter

from tabgan.columns import column_letters, letters_to_place, select_columns
from tabgan.errors import InputError

NAMES = ["max", "min", "mean", "sd", "2020", "a,b", "it's", 'in "', "fault-type", "4-6"]
names = st.lists(st.text(min_size=1), min_size=1, max_size=12, unique=True)


@pytest.mark.parametrize(
    ("text", "positions"),
    [
        ("1-9", [0, 1, 2, 3, 4, 5, 6, 7, 8]),
        ("1-3,7", [0, 1, 2, 6]),
        ("9-", [8, 9]),
        ("min,max", [1, 0]),
        ("1-2, fault-type", [0, 1, 8]),
        ('"2020"', [4]),
        ("'2020'", [4]),
        ('"a,b",1', [5, 0]),
        ("'it''s'", [6]),
        ('"in """', [7]),
        ("4-6", [3, 4, 5]),
        ('"4-6"', [9]),
        (" 3 - 4 ", [2, 3]),
    ],
)
def test_numbers_count_from_one_and_quotes_make_names(text, positions):
    assert select_columns(text, NAMES) == positions


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("9-1", "low to high, but cols has 9-1; write 1-9"),
        ("1-12", "from 1 to 10 here, but cols asks for 1-12"),
        ("0", "from 1 to 10"),
        ("12-", "from 1 to 10"),
        ("", "empty item"),
        ("1,,2", "empty item"),
        ("1,", "empty item"),
        ("age", "'age' that is not in the table; its columns are max, min"),
        ("min，max", "in full-width characters, which is no column; write it in half-width ones: min,max"),
        ("1-3,2", "selects column 2 twice"),
        ("max,1", "selects column 1 twice"),
        ('"2020', "'\"2020' that is not in the table"),
    ],
)
def test_mistakes_are_explained(text, message):
    with pytest.raises(InputError) as error:
        select_columns(text, NAMES)
    assert message in str(error.value)


@pytest.mark.parametrize("text", ["9-1", "1-12", "", "age", "1,1"])
def test_messages_name_the_option(text):
    with pytest.raises(InputError) as error:
        select_columns(text, NAMES, "--drop")
    assert "--drop" in str(error.value)
    assert "cols" not in str(error.value)


@pytest.mark.parametrize(
    ("text", "before", "positions"),
    [
        ("A:C,F", 0, [0, 1, 2, 5]),
        ("J", 0, [9]),
        ("I:", 0, [8, 9]),
        ("B : C, 1", 0, [1, 2, 0]),
        ("B:D", 1, [0, 1, 2]),
        ("AB:AC", 27, [0, 1]),
        ("B:C,1", 2, None),
        ("A", 1, None),
        ("a:c", 0, None),
        ("A:K", 0, None),
        ("C:A", 0, None),
        ("XYZ", 0, None),
    ],
)
def test_letters_are_those_of_the_sheet(text, before, positions):
    if positions is not None:
        assert select_columns(text, NAMES, before=before) == positions
        return
    with pytest.raises(InputError, match="cols "):
        select_columns(text, NAMES, before=before)


def test_mistakes_with_letters_are_explained():
    for text, message in {"A:K": "are B:K, but cols asks for A:K; choose within B:K", "C:B": "write B:C"}.items():
        with pytest.raises(InputError, match=message):
            select_columns(text, NAMES, before=1)


def test_a_name_goes_before_a_letter():
    names = ["x", "A", "A:B", "y"]
    assert select_columns("A", names) == [1]
    assert select_columns("A:B", names) == [2]
    assert select_columns("B:C", names) == [1, 2]
    with pytest.raises(InputError, match="A in cols A:C is the name of a column, too; write numbers, such as 1-4"):
        select_columns("A:C", names)


@given(st.integers(1, 16_384))
def test_letters_are_those_of_openpyxl(place):
    assert column_letters(place) == get_column_letter(place)
    assert letters_to_place(column_letters(place)) == place


@given(st.integers(1, 800), st.integers(0, 800), st.data())
def test_ranges_of_letters_are_those_of_numbers(count, before, data):
    first = data.draw(st.integers(1, count))
    last = data.draw(st.integers(first, count))
    labels = [f"c{i}" for i in range(count)]
    lettered = f"{get_column_letter(before + first)}:{get_column_letter(before + last)}"
    assert select_columns(lettered, labels, before=before) == select_columns(f"{first}-{last}", labels)


@given(names)
def test_quoted_names_select_themselves(names):
    for quote in "\"'":
        text = ",".join(quote + name.replace(quote, 2 * quote) + quote for name in names)
        assert select_columns(text, names) == list(range(len(names)))


@given(st.integers(1, 50), st.data())
def test_ranges_are_those_of_the_numbers(count, data):
    first = data.draw(st.integers(1, count))
    last = data.draw(st.integers(first, count))
    labels = [f"c{i}" for i in range(count)]
    assert select_columns(f"{first}-{last}", labels) == list(range(first - 1, last))
    assert select_columns(f"{first}-", labels) == list(range(first - 1, count))


@given(st.text(max_size=20))
def test_any_text_selects_columns_or_is_refused(text):
    try:
        chosen = select_columns(text, NAMES)
    except InputError:
        return
    assert chosen
    assert len(set(chosen)) == len(chosen)
    assert all(0 <= p < len(NAMES) for p in chosen)
