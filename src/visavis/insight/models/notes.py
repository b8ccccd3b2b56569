"""What a model has to say about its data: a code that a page translates, numbers, and the sentence in English."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

WORDS: Mapping[str, str] = {
    "too_few_events": (
        "{events} of {rows} went, and the model needs at least {needed} who went and {needed} who stayed."
    ),
    "few_events_per_column": (
        "{events} events for {columns} columns: at least {needed} for each are wanted, so read effects with care."
    ),
    "no_features": "There is no column that tells customers apart.",
    "known_after": "{column} is known only after the fact: it is left out.",
    "leak_column": (
        "{column} alone tells who goes with an AUC of {auc}: above {limit} it is rather known only after the fact."
    ),
    "leak_model": (
        "An AUC of {auc} is better than people can be foreseen: look for a column known only after the fact."
    ),
    "constant_column": "{column} is the same for everybody: it is left out.",
    "dependent_column": "{column} follows from other columns: it is left out.",
    "too_many_values": "{column} has {values} different values: it is left out.",
    "not_converged": "The search stopped before the likelihood was flat: effects are not well determined.",
    "separated": "{column} decides alone for some customers: its effect has no upper bound.",
    "no_lives": "There is no customer whose time was observed.",
    "nobody_left": "Nobody left while observed: the curve stays at 100 %.",
    "few_at_risk": "Beyond {time} fewer than {needed} customers were observed: the end of the curve is uncertain.",
    "effect_drifts": "The effect of {column} changes with time (p {p}): the hazard ratio is an average over it.",
    "too_few_gaps": "{gaps} returns to buy again: at least {needed} are needed to propose a window.",
    "not_validated_by_time": (
        "The history is shorter than three windows: validated by five random folds, not by time."
    ),
    "too_few_rows": "{rows} customers: at least {needed} are needed.",
    "all_alike": "All customers are alike in every feature: there is nothing to group.",
    "weak_clusters": "The groups hardly stand apart (silhouette {silhouette}): read them as slices of one cloud.",
    "unstable": (
        "Drawn again, the groups come out differently (adjusted Rand {stability}, {needed} needed): they get no names."
    ),
    "sampled": "Worked out on {rows} of {all} drawn with seed {seed}.",
    "first_drawn": "Worked out on {rows} customers, drawn by their ids.",
    "sampled_by_id": "Worked out on {rows} of {all}, picked by their ids.",
    "too_few_baskets": "{baskets} baskets: at least {needed} are needed.",
    "single_items": "No two products were bought together often enough.",
    "items_cut": "Only the {items} most bought of {all} products are compared.",
    "no_later_purchases": "Nobody bought a new product in the test period: nothing to measure against.",
    "popularity_wins": "What everybody buys hits as often as the personal proposal: the history tells little.",
    "margin_unknown": "Costs are not known: the value of an offer is revenue, not margin.",
    "ratio_mismatch": (
        "The groups are {treated} to {control}, planned {planned} (p {p}): the assignment was not "
        "random as planned, so the result does not hold."
    ),
    "small_group": "A group has only {rows} customers or {events} successes: the interval is wide.",
    "peeked": "Looked at {looks} times: the limits are widened so that looking does not make a result.",
    "covariate_weak": "The values before the action explain {share} of those after: they sharpen nothing.",
    "wallet_estimated": "Size of wallet is an estimate from like customers, not an answer of the customer.",
    "other_currency": "{column}: {rows} in another currency than {currency}, taken as unknown.",
    "mostly_unknown": "{column} is known of {rows} of {customers} customers only: it is left out.",
    "few_buyers": "{customers} customers with a purchase: the model needs at least {needed}.",
    "once_only": "Every customer bought only once: nothing tells how soon a customer returns.",
    "few_returned": "{customers} customers bought again: the model needs at least {needed}.",
    "careful_forecasts": "Only {customers} customers bought again: read single forecasts with care.",
    "all_returned": "Every customer bought again: the base looks chosen, so chances to stay are overstated.",
    "hardly_leaving": (
        "The period hardly shows customers leaving: chances of being active come out close to 100 % for nearly all."
    ),
    "not_determined": ("The search stopped before the likelihood was flat: the parameters are not well determined."),
    "few_spenders": "{customers} customers with repeat spend above zero: the model needs at least {needed}.",
    "same_spend": (
        "Every customer spends the same on a purchase: there is nothing to estimate, that amount is the forecast."
    ),
    "spend_with_frequency": (
        "Spend and frequency move together (correlation {correlation}): the model assumes they do not."
    ),
    "spend_left_out": "{customers} customers whose repeat spend is not above zero are left out of the spend model.",
    "spend_without_mean": (
        "Spend differs so much between customers that its mean is not finite: no forecast for newcomers."
    ),
    "few_renewals": "{customers} customers have come to a renewal: the model needs at least {needed}.",
    "few_lost": "{customers} customers have left: the model needs at least {needed}.",
    "left_at_first": "Every customer left at the first renewal: nothing tells how long others would stay.",
    "one_renewal": ("Only one renewal has been seen: that retention rises with age is not known, only assumed."),
}


@dataclass(frozen=True, slots=True)
class Note:
    """A remark of a model. `str()` is the English sentence."""

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return WORDS[self.code].format(**{key: _said(value) for key, value in self.params.items()})

    def as_json(self) -> dict[str, Any]:
        return {"code": self.code, "params": dict(self.params), "words": str(self)}


def told(notes: Iterable[Note]) -> dict[str, Any]:
    """Notes as a document carries them: `warnings` in English for logs, `notes` for pages."""
    listed = list(notes)
    return {"warnings": [str(note) for note in listed], "notes": [note.as_json() for note in listed]}


def _said(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:,.3g}"
    return f"{value:,}" if isinstance(value, int) else str(value)
