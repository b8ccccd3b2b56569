"""``/pivots``: a table of records by rows and columns of choice."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, field

from visavis.features.app import Answer, Request, Route
from visavis.features.pivot import logic
from visavis.records.context import Context
from visavis.records.pivot_axes import MOST_EDGES, Axis, Step
from visavis.records.pivoting import Asked, Figure, Function, Sort
from visavis.records.query import Query

_NAME = "[a-z][a-z0-9_]{0,47}"
ObjectName = Annotated[str, Meta(pattern=f"^{_NAME}$")]
Path = Annotated[str, Meta(pattern=rf"^{_NAME}(\.{_NAME})?$")]
Edge = Annotated[str, Meta(pattern=r"^-?[0-9]{1,15}(\.[0-9]{1,4})?$")]
Text = Annotated[str, Meta(max_length=300, pattern=r"^[^\u0000]*$")]
Place = Annotated[int, Meta(ge=0, le=9)]
Language = Literal["en", "ko", "zh", "ro", "he"]


class AxisGiven(Struct, forbid_unknown_fields=True):
    """``field``: a name, one of a linked record (``company.country``), or of an amount its currency."""

    field: Path
    by: Step = "value"
    edges: Annotated[list[Edge], Meta(max_length=MOST_EDGES)] = []


class FigureGiven(Struct, forbid_unknown_fields=True):
    """``count`` counts records and takes no field; the others take a number."""

    function: Function = "count"
    field: ObjectName | None = None


class SortGiven(Struct, forbid_unknown_fields=True):
    """``column``: the keys of one, or none for the totals."""

    figure: Place = 0
    column: Annotated[list[Text | int | bool | None], Meta(max_length=2)] | None = None
    descending: bool = True


class PivotAsked(Struct, forbid_unknown_fields=True):
    """``filter`` and ``q`` as the list takes them."""

    object: ObjectName
    rows: Annotated[list[AxisGiven], Meta(max_length=3)] = []
    columns: Annotated[list[AxisGiven], Meta(max_length=2)] = []
    figures: Annotated[list[FigureGiven], Meta(min_length=1, max_length=4)] = field(
        default_factory=lambda: [FigureGiven()]
    )
    sort: SortGiven | None = None
    filter: dict[str, Any] | None = None
    q: Text = ""


class FileAsked(PivotAsked, forbid_unknown_fields=True):
    """``language``: of the labels."""

    language: Language = "en"


class Head(Struct):
    """``keys``: the values, null for none; a band is the place of its span, a day the first of its step.

    ``labels``: what links are called. ``spans``: where a band begins and where the next does. ``filter``: conditions
    that hold for exactly the records of this row or column.
    """

    keys: list[str | int | bool | None]
    labels: list[str | None]
    spans: list[list[str | None] | None]
    filter: list[dict[str, Any]]


class Line(Head):
    """``cells``: for each column the figures, or null where no record is; ``total``: the figures of the whole row."""

    cells: list[list[Any] | None]
    total: list[Any]


class PivotTable(Struct):
    """A figure is a number, a decimal as text, or an amount with its currency; null where there is nothing to add up,
    or several ``currencies``."""

    count: int
    columns: list[Head]
    rows: list[Line]
    totals: list[list[Any]]
    total: list[Any]
    currencies: dict[str, list[str]]


def _asked(body: PivotAsked) -> Asked:
    rows, columns = (
        tuple(Axis(a.field, a.by, tuple(Decimal(e) for e in a.edges)) for a in axes)
        for axes in (body.rows, body.columns)
    )
    sort = body.sort
    by = Sort(sort.figure, None if sort.column is None else tuple(sort.column), sort.descending) if sort else None
    return Asked(rows, columns, tuple(Figure(f.function, f.field) for f in body.figures), by)


async def table(ctx: Context, request: Request) -> Answer:
    body: PivotAsked = request.body
    asked = _asked(body)
    found = await logic.table_of(ctx, body.object, Query(filter=body.filter, text=body.q), asked)
    return Answer(logic.told(found, asked.figures))


async def file(ctx: Context, request: Request) -> Answer:
    body: FileAsked = request.body
    asked = _asked(body)
    found = await logic.table_of(ctx, body.object, Query(filter=body.filter, text=body.q), asked)
    headers = {"content-disposition": f'attachment; filename="{body.object}-pivot.csv"'}
    lines = await logic.csv_of(ctx, found, asked, body.language)
    return Answer(lines, headers=headers, media_type="text/csv; charset=utf-8")


ROUTES = (
    Route(
        "POST", "/pivots", table, "Count and measure records by rows and columns", PivotAsked, PivotTable,
        problems=(404, 409),
    ),
    Route(
        "POST", "/pivots/file", file, "The same table as CSV", FileAsked, media_type="text/csv", problems=(404, 409)
    ),
)  # fmt: skip
