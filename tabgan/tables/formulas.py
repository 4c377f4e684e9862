"""Text that a spreadsheet would take for a formula when it opens a text file."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

# As OWASP has them ("CSV Injection"): = + - @, also of full width, tabs and ends of lines.
_BEGINS = "^[=+@\t\r\n\uff1d\uff0b\uff0d\uff20-]"
_NUMBER = r"^[+-]?(\d[\d.,]*|\.\d+)([eEdD][+-]?\d+)?%?$"


def protect(texts: pa.Array) -> pa.Array:
    """Return texts with an apostrophe before each that begins as a formula does and is no number.

    Examples
    --------
    >>> protect(pa.array(["=1+1", "-5.2", "-5+cmd", "@SUM(A1)", "a=b", None])).to_pylist()
    ["'=1+1", '-5.2', "'-5+cmd", "'@SUM(A1)", 'a=b', None]
    """
    is_one = pc.and_(pc.match_substring_regex(texts, _BEGINS), pc.invert(pc.match_substring_regex(texts, _NUMBER)))
    return pc.if_else(is_one, pc.binary_join_element_wise("'", texts, ""), texts)
