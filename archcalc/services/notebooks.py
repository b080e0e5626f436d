"""What notebooks show of the library's values: the page of the command, the picture, a data frame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archcalc.drawings import svg
from archcalc.errors import UsageError
from archcalc.network.network import Network
from archcalc.network.table import Table
from archcalc.reports import html
from archcalc.reports.lines import lines
from archcalc.rooms import Deferred, fetch
from archcalc.services.explaining import Explained
from archcalc.studies.comparing.differences import Difference
from archcalc.views.showing.summary import summary

if TYPE_CHECKING:
    from archcalc.services.homework import Checked
    from archcalc.views.comparing import comparison
    from archcalc.views.drawing.picture import Picture
    from archcalc.views.explaining import explanation
    from archcalc.views.homework import marking
    from archcalc.views.page import Page
else:
    comparison = Deferred("archcalc.views.comparing.comparison")
    explanation = Deferred("archcalc.views.explaining.explanation")
    marking = Deferred("archcalc.views.homework.marking")


def as_html(value: Network | Table | Difference | Explained | Checked) -> str:
    """Return the page of a value, to stand within another page.

    >>> import archcalc
    >>> as_html(archcalc.load("lenet5")).count("<h1>")
    1
    """
    return html.fragment(_page(value))


def _page(value: Network | Table | Difference | Explained | Checked) -> Page:
    match value:
        case Network():
            return summary(value.analyze())
        case Table():
            return summary(value)
        case Difference():
            return comparison.comparison(value)
        case Explained():
            return explanation.explanation(value.table, [found.row for found in value.solutions])
    return marking.marking(value.marking, value.table)


def as_svg(picture: Picture) -> str:
    """Return a picture as SVG."""
    return svg.render(picture)


def as_frame(table: Table) -> Any:  # noqa: ANN401 - pandas may not be installed
    """Return the layers of a table as a data frame.

    Raises:
        UsageError: pandas is not installed.
    """
    try:
        frames = fetch("services", "frames")
    except ModuleNotFoundError:
        raise UsageError("to_pandas() requires pandas, which is not installed", "pip install pandas") from None
    found = lines(summary(table))
    return frames.frame(found.headings, found.rows)
