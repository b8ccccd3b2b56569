"""Lifetime value: the models against the papers that brought them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import numpy as np

from visavis.insight.models import bgbb, bgnbd, gamma_gamma, multiple, pareto_nbd, sbg
from visavis.insight.models.fit import Fit
from visavis.insight.models.table import Histories, histories
from visavis.insight.verifying.check import Check
from visavis.insight.verifying.folder import CDNOW, Folder

_END = dt.date(1997, 9, 30)
_LAST = dt.date(1998, 6, 30)
REGULAR = (1000, 631, 468, 382, 326, 289, 262, 241)
HIGH_END = (1000, 869, 743, 653, 593, 551, 517, 491)
DONATIONS = {
    (6, 6): 1203, (5, 6): 728, (4, 6): 512, (3, 6): 357, (2, 6): 234, (1, 6): 129, (5, 5): 335, (4, 5): 284,
    (3, 5): 225, (2, 5): 173, (1, 5): 119, (4, 4): 240, (3, 4): 181, (2, 4): 155, (1, 4): 78, (3, 3): 322,
    (2, 3): 255, (1, 3): 129, (2, 2): 613, (1, 2): 277, (1, 1): 1091, (0, 0): 3464,
}  # fmt: skip


def cdnow(folder: Folder) -> Histories:
    """2,357 customers who first bought in early 1997, seen for 39 weeks."""
    groups = folder.once("cdnow", lambda: folder.cdnow_customers(_END))
    x = [len(group) - 1 for group in groups]
    t_x = [(group[-1].day - group[0].day).days / 7 for group in groups]
    return histories(x, t_x, [(_END - group[0].day).days / 7 for group in groups])


def bg(folder: Folder) -> Mapping[str, float]:
    table = cdnow(folder)
    fit = bgnbd.fit(table)
    forecast = bgnbd.expected_purchases(fit.params, 39, table.x, table.t_x, table.T).sum()
    later = [p for p in folder.cdnow(_LAST) if p.day > _END]
    return _numbers(fit) | {
        "E[Y(39) | 2, 30.43, 38.86]": float(bgnbd.expected_purchases(fit.params, 39, 2, 30.43, 38.86)),
        "E[X(39)]": float(bgnbd.expected_count(fit.params, 39)),
        "next 39 weeks, forecast": float(forecast),
        "next 39 weeks, seen": len(later),
        "customers who came": len({p.customer for p in later}),
    }


def pareto(folder: Folder) -> Mapping[str, float]:
    return _numbers(pareto_nbd.fit(cdnow(folder)))


def spend(folder: Folder) -> Mapping[str, float]:
    repeat = [group[1:] for group in folder.once("cdnow", lambda: folder.cdnow_customers(_END)) if len(group) > 1]
    fit = gamma_gamma.fit([len(g) for g in repeat], [sum(p.value for p in g) / len(g) for g in repeat])
    return _numbers(fit) | {"customers who came again": fit.n}


def donations(_: Folder) -> Mapping[str, float]:
    x, t_x = np.array(list(DONATIONS)).T
    return _numbers(bgbb.fit(histories(x, t_x, np.full(len(DONATIONS), 6), list(DONATIONS.values()))))


def regular(_: Folder) -> Mapping[str, float]:
    return _numbers(sbg.fit(*sbg.of_cohort(REGULAR)))


def high_end(_: Folder) -> Mapping[str, float]:
    return _numbers(sbg.fit(*sbg.of_cohort(HIGH_END)))


def margin(_: Folder) -> Mapping[str, float]:
    return {"r .9, i .12": multiple.margin_multiple(0.9, 0.12), "r .6, i .10": multiple.margin_multiple(0.6, 0.10)}


def _numbers(fit: Fit) -> dict[str, float]:
    return dict(fit.params) | {"log-likelihood": fit.ll}


_SBG = "Fader, Hardie 2007, J. Interactive Marketing 21(1)"

CHECKS = (
    Check(
        "BG/NBD, CDNOW sample",
        "Fader, Hardie, Lee 2005, Marketing Science 24(2)",
        {
            "r": "0.243",
            "alpha": "4.414",
            "a": "0.793",
            "b": "2.426",
            "log-likelihood": "-9582.4",
            "E[Y(39) | 2, 30.43, 38.86]": "1.226",
            "E[X(39)]": "1.195",
            "next 39 weeks, forecast": "1,653",
            "next 39 weeks, seen": "1,882",
            "customers who came": "684",
        },
        bg,
        (CDNOW,),
    ),
    Check(
        "Pareto/NBD, CDNOW sample",
        "Fader, Hardie 2005, brucehardie.com/notes/009",
        {"r": "0.553", "alpha": "10.578", "s": "0.606", "beta": "11.669", "log-likelihood": "-9595.0"},
        pareto,
        (CDNOW,),
    ),
    Check(
        "Gamma-Gamma, CDNOW sample",
        "Fader, Hardie 2013, brucehardie.com/notes/025",
        {"p": "6.25", "q": "3.74", "v": "15.44", "log-likelihood": "-4055.9", "customers who came again": "946"},
        spend,
        (CDNOW,),
    ),
    Check(
        "BG/BB, 11,104 donors",
        "Fader, Hardie, Shang 2010, Marketing Science 29(6)",
        {"alpha": "1.204", "beta": "0.750", "gamma": "0.657", "delta": "2.783", "log-likelihood": "-33225.6"},
        donations,
    ),
    Check("sBG, regular", _SBG, {"alpha": "0.704", "beta": "1.182", "log-likelihood": "-1680.3"}, regular),
    Check("sBG, high end", _SBG, {"alpha": "0.668", "beta": "3.806", "log-likelihood": "-1611.2"}, high_end),
    Check(
        "Margin multiple",
        "Gupta, Lehmann 2003, J. Interactive Marketing 17(1)",
        {"r .9, i .12": "4.09", "r .6, i .10": "1.20"},
        margin,
    ),
)
