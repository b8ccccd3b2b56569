"""How the bytes of a file are to be read: found out by looking, or said by the user."""

from __future__ import annotations

from typing import Literal

import msgspec

DateOrder = Literal["dmy", "mdy", "ymd"]


class Options(msgspec.Struct, frozen=True, omit_defaults=False, kw_only=True, forbid_unknown_fields=True):
    """``decimal`` is the decimal sign; ``date_order`` reads dates like 3/4/2026; ``sheet`` names one of a workbook."""

    encoding: str = "utf-8"
    delimiter: str = ","
    decimal: Literal[".", ","] = "."
    date_order: DateOrder = "dmy"
    sheet: str | None = None
