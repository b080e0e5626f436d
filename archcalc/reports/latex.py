r"""LaTeX: booktabs tables to ``\input``; formulas in math mode, thin spaces between thousands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.errors import printable
from archcalc.reports.base import aligned
from archcalc.reports.texts import plain_blocks
from archcalc.symbolic.printing import latex
from archcalc.views.page import DEFAULT_MOST, RIGHT, Drawing, Facts, Heading, Label, Notes, PageTable, WorkedRules
from archcalc.views.spelling import Spelling

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archcalc.views.page import Block, Cell, Fact, Line, Page

SUFFIX = ".tex"
NEEDS = "% needs \\usepackage{booktabs} and \\usepackage{tabularx}\n"
NEEDS_TOO = "% needs \\usepackage{amsmath}\n"
"""For the worked solutions."""

SIGNS = str.maketrans({
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\textquotedbl{}",
    "×": r"$\times$",
    "÷": r"$\div$",
    "≥": r"$\geq$",
    "≤": r"$\leq$",
    "−": r"$-$",
    "·": r"$\cdot$",
    "√": r"$\surd$",
    "≠": r"$\neq$",
    "≈": r"$\approx$",
    "⌊": r"$\lfloor$",
    "⌋": r"$\rfloor$",
    "⌈": r"$\lceil$",
    "⌉": r"$\rceil$",
    "–": "--",
    "…": r"\ldots{}",
    "▇": r"\rule{.5em}{1.5ex}",
    "→": r"$\to$",
    "μ": r"$\mu$",
    "σ": r"$\sigma$",
    "γ": r"$\gamma$",
    "β": r"$\beta$",
    **{sign: rf"\textsuperscript{{{power}}}" for power, sign in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")},
    **{sign: f"\\{sign}" for sign in "&%$#_{}"},
    **{sign: f"{{{sign}}}" for sign in "[]*"},
})  # fmt: skip
"""Signs that mean something to LaTeX, some of them only at the start of a row, and those its text fonts lack."""


DRAWN = str.maketrans(
    {"█": "#", "░": "+", "·": ".", "…": ".", "━": "=", "─": "-"}
    | dict.fromkeys("│┃", "|")
    | dict.fromkeys("┏┳┓┡╇┩├┼┤└┴┘┗┛┌┐┬", "+")
)
"""Signs of drawings, which stand verbatim, in those that every font has."""


def escaped(text: str) -> str:
    r"""Return a text that LaTeX sets as it is.

    >>> print(escaped("conv2_x & 50 %"))
    conv2\_x \& 50 \%
    """
    return printable(text).translate(SIGNS)


def drawn(line: str) -> str:
    r"""Return a line that is set verbatim, and does not end that.

    >>> print(drawn("█░ \\end{verbatim}"))
    #+ \end {verbatim}
    """
    return printable(line).translate(DRAWN).replace(r"\end{", r"\end {")


SPELLING = Spelling(
    expression=lambda x: f"${latex(x)}$", times=r"$\times$", thousands=r"\,", minus="$-$", nothing="--", text=escaped
)


def render(page: Page) -> str:
    """Write the blocks of a page one after the other."""
    aligned_too = any(isinstance(block, WorkedRules) for block in page.blocks)
    return NEEDS + (NEEDS_TOO if aligned_too else "") + "\n".join(map(_block, plain_blocks(page, escaped, drawn)))


def _block(block: Block) -> str:
    match block:
        case Heading():
            return rf"\paragraph{{{block.text}}} {block.aside}".rstrip() + "\n"
        case Notes():
            return "".join(f"{line}\n\n" for line in block.lines)
        case Facts():
            rows = "".join(map(_fact, block.facts))
            return f"\\begin{{tabularx}}{{\\linewidth}}{{lrX}}\n{rows}\\end{{tabularx}}\n"
        case WorkedRules():
            return f"\\begin{{align*}}\n{aligned(block)}\n\\end{{align*}}\n"
        case Drawing():
            lines = "".join(f"{line}\n" for line in block.lines)
            return f"\\begin{{verbatim}}\n{lines}\\end{{verbatim}}\n"
        case PageTable():
            return _table(block)


def _fact(fact: Fact) -> str:
    return f"{fact.name} & {SPELLING.cell(fact.value)} & {fact.remark} \\\\\n"


def _table(table: PageTable) -> str:
    places = [index for index, column in enumerate(table.columns) if column.priority <= DEFAULT_MOST]
    kinds = "".join("r" if table.columns[index].align == RIGHT else "l" for index in places)
    heads = _joined([table.columns[index].heading for index in places])
    rows = "".join(_joined(_row(line, places)) for line in table.lines)
    total = f"\\midrule\n{_joined(_row(table.total, places))}" if table.total else ""
    body = f"\\toprule\n{heads}\\midrule\n{rows}{total}\\bottomrule\n"
    return f"\\begin{{tabular}}{{{kinds}}}\n{body}\\end{{tabular}}\n"


def _row(line: Line, places: Sequence[int]) -> list[str]:
    return [_cell(line.cells[index], line.level) for index in places]


def _cell(cell: Cell, level: int) -> str:
    return r"\quad " * level + SPELLING.cell(cell) if isinstance(cell, Label) else SPELLING.cell(cell)


def _joined(cells: Sequence[str]) -> str:
    return " & ".join(cells) + " \\\\\n"
