"""The entered fields that derived ones tell of, as (object, field): who may not see one does not see the derived field.

Which rows count (their status, number, customer) is no secret of a figure, nor is that a line charges something at all.
"""

from __future__ import annotations

from visavis.catalogue.formulas import Reads

AMOUNT: Reads = (("invoice_line", "amount"),)
DAY: Reads = (("invoice", "issued_at"),)
VALUE: Reads = (*AMOUNT, *DAY)
PRICE: Reads = (*AMOUNT, ("invoice_line", "unit_price"), ("invoice_line", "quantity"))
MARGIN: Reads = (*AMOUNT, ("invoice_line", "cost"), ("product", "cost"), ("invoice_line", "quantity"))
WON: Reads = (("deal", "stage"),)
ENTRY: Reads = (("cost", "amount"), ("cost", "quantity"), ("cost", "kind"))
WORK: Reads = (*ENTRY, ("activity", "minutes"), ("activity", "kind"), ("ticket", "priority"))
LENT: Reads = (*ENTRY, *AMOUNT, ("invoice", "total"), ("payment", "amount"), ("payment", "paid_on"), *DAY)
SERVED: Reads = tuple(dict.fromkeys((*WORK, *LENT)))
GIVEN: Reads = (*PRICE, *ENTRY)
PROFIT: Reads = tuple(dict.fromkeys((*GIVEN, *MARGIN, *SERVED)))
PRODUCT: Reads = (("invoice_line", "product"), ("product", "name"))
CATEGORY: Reads = (("invoice_line", "product"), ("product", "category"))
BAND: Reads = (*PRICE, ("invoice_line", "product"))
CHANNEL: Reads = (("activity", "kind"), ("ticket", "channel"))
