"""Every text of a page passes through the function of its format, and nothing else of the page changes."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from archcalc.reports.texts import in_json, plain_blocks
from archcalc.symbolic.expr import Letter
from archcalc.views.page import Drawing, Page, WorkedRule, WorkedRules
from tests.drawn import CHARACTERS
from tests.reports.pages import NASTY, PAGE

BLOCKS = (*PAGE.blocks, Drawing((NASTY,)), WorkedRules((WorkedRule("W", Letter("H") * 3, (9,), NASTY),)))


def test_every_text_of_every_block_is_changed() -> None:
    blocks = tuple(plain_blocks(Page(BLOCKS), lambda text: text and "T", lambda _: "D"))
    assert NASTY not in repr(blocks)
    assert repr(NASTY)[1:-1] not in repr(blocks)
    assert blocks[-2] == Drawing(("D",))
    assert [type(block) for block in blocks] == [type(block) for block in BLOCKS]


def test_what_is_no_text_stays() -> None:
    assert tuple(plain_blocks(Page(BLOCKS), str, str)) == BLOCKS


@given(
    st.recursive(
        st.text(CHARACTERS) | st.integers() | st.none(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(CHARACTERS), inner),
        max_leaves=15,
    )
)
def test_json_is_exact_and_acts_on_no_terminal(value: object) -> None:
    written = in_json(value)
    assert written.isprintable()
    assert json.loads(written) == value


def test_json_keeps_a_file_name_that_is_not_utf_8() -> None:
    assert in_json("a\udcff\U000e0001") == '"a\\udcff\\udb40\\udc01"'
    assert in_json({"卷积": "×"}, indent=2) == '{\n  "卷积": "×"\n}'
