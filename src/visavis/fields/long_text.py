"""Paragraphs."""

from visavis.fields._textual import Textual


class LongText(Textual):
    name = "long_text"
    widget = "paragraphs"
    limit = 100_000
