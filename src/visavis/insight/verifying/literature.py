"""Published figures that cannot be got here, so that the table says so."""

from __future__ import annotations

from visavis.insight.verifying.check import Check

_SPLINK = "Splink 5.0.0 with its demonstration settings, recomputed"
_NO_LINKAGE = (
    "no method of the product, whose own matching asks a person. Which settings are meant is not said: sixty on "
    "fake_1000 (pip install splink) gave an F1 of 0.80 to 0.88"
)

CHECKS = (
    Check("Record linkage, FEBRL 3", _SPLINK, {"F1": "0.9956", "F1 at p >= 0.95": "0.9849"}, why=_NO_LINKAGE),
    Check("Record linkage, fake_1000", _SPLINK, {"F1": "0.8610", "F1 at p >= 0.95": "0.6981"}, why=_NO_LINKAGE),
    Check(
        "EASE, MovieLens 20M",
        "Steck 2019, WWW",
        {"recall@20": "0.391", "recall@50": "0.521", "NDCG@100": "0.420"},
        why="20 million ratings whose licence does not let them be passed on; quoted from the paper",
    ),
    Check(
        "Whale curve",
        "Kaplan, Narayanan 2001",
        {"% of profit earned by the best 20 %": "150", "% of profit lost by the worst 10 %": "50"},
        why="bounds seen in companies (150 to 300, 50 to 200) without open data; quoted from the article",
    ),
)
