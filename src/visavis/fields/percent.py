"""A share in per cent: 12.5 means 12.5 %."""

from visavis.fields.decimal import Decimal


class Percent(Decimal):
    name = "percent"
    widget = "percent"
    unit = "%"
