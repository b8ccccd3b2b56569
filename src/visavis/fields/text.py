"""A line of text."""

from visavis.fields._textual import Textual


class Text(Textual):
    name = "text"
    widget = "line"
