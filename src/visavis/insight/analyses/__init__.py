"""The analyses, each written once against Spark's DataFrame API. One file, one analysis, one page in docs/analyses."""

from visavis.insight.analyses.abc import ABC
from visavis.insight.analyses.base import Analysis
from visavis.insight.analyses.basket import BASKET
from visavis.insight.analyses.churn import CHURN
from visavis.insight.analyses.clusters import CLUSTERS
from visavis.insight.analyses.cohorts import COHORTS
from visavis.insight.analyses.key_index import KEY_INDEX
from visavis.insight.analyses.leaving import LEAVING
from visavis.insight.analyses.lifetime import LIFETIME
from visavis.insight.analyses.next_offer import NEXT_OFFER
from visavis.insight.analyses.preference import PREFERENCE
from visavis.insight.analyses.profit import PROFIT
from visavis.insight.analyses.rfm import RFM
from visavis.insight.analyses.serving import SERVING
from visavis.insight.analyses.value import VALUE
from visavis.insight.analyses.xyz import XYZ

ANALYSES: tuple[Analysis, ...] = (
    VALUE,
    ABC,
    RFM,
    LIFETIME,
    COHORTS,
    KEY_INDEX,
    PROFIT,
    SERVING,
    CHURN,
    LEAVING,
    XYZ,
    CLUSTERS,
    PREFERENCE,
    BASKET,
    NEXT_OFFER,
)

MONEY_FIELDS = frozenset(name for analysis in ANALYSES for name in analysis.money)
"""Every derived field that is an amount of money, whichever analysis makes it."""

__all__ = [
    "ABC",
    "ANALYSES",
    "BASKET",
    "CHURN",
    "CLUSTERS",
    "COHORTS",
    "KEY_INDEX",
    "LEAVING",
    "LIFETIME",
    "MONEY_FIELDS",
    "NEXT_OFFER",
    "PREFERENCE",
    "PROFIT",
    "RFM",
    "SERVING",
    "VALUE",
    "XYZ",
    "Analysis",
]
