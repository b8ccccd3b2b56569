"""A refresh after few changes: only customers that were touched are read again, and what is relative is placed anew.

What a method learned from the whole base holds on for a while; a place among all customers does not. So methods that
stand `alone` and those with a `score` tell the touched customers anew, all others run over the whole base, on what
stands in the twins of `kept` with that laid over it. Both say what a run over the whole base would, but for what that
would have learned anew.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from visavis.insight.analyses.base import CUSTOMERS, Analysis, Customer
from visavis.insight.analyses.cohorts import ACTIVITY, activity
from visavis.insight.analyses.costs import Ledger, ledger
from visavis.insight.analyses.receipts import receipts, reconciliation
from visavis.insight.engine import DuckEngine, Frame
from visavis.insight.kept import FIELDS, names
from visavis.insight.refresh import (
    RECONCILIATION,
    Base,
    Computed,
    Outcome,
    Progress,
    after,
    deals_won,
    in_order,
    named,
    ordered,
    ran,
    shifted,
    span,
    tables_of,
)
from visavis.insight.settings import Settings
from visavis.insight.since import Among, Since


class Unforeseen(Exception):
    """Something changed that has to do with every customer: run over the whole base."""


def follow(
    engine: DuckEngine, settings: Settings, since: Since, analyses: Sequence[Analysis], progress: Progress
) -> Computed:
    """Run the analyses on what changed since the last run; the engine is on the warehouse, where the twins are.

    Raises Unforeseen.
    """
    lines, won = engine.table("sale_line"), deals_won(engine)
    first, last = span(engine, lines)
    settings = settings if settings.as_of else settings.at(after(last, *won.values()))
    whole = engine.aside(reconciliation(engine, receipts(engine, lines, settings), settings), RECONCILIATION)
    few = Among(engine, since.ids)
    kept = few.keep("receipts", receipts(few, few.table("sale_line"), settings))
    costs = ledger(few, kept, settings)
    if settings.day != since.known.day or not costs.costed <= since.known.costed:
        raise Unforeseen
    costs = replace(costs, costed=since.known.costed)
    analyses, bases = in_order(analyses, settings), []
    for position, customer in enumerate(sorted(since.known.kinds)):
        tell = shifted(progress, position * len(analyses), len(since.known.kinds) * len(analyses))
        bases.append(_Few(engine, few, since, customer, settings).base(kept, costs, analyses, tell))
    table = ordered(whole.result())
    if {*table.column("customer_kind").to_pylist(), *won} & {*CUSTOMERS} != since.known.kinds:
        raise Unforeseen
    return Computed(settings, table, tuple(bases), first, last, costs.version, since.known.costed, since)


@dataclass(frozen=True, slots=True)
class _Few:
    engine: DuckEngine
    few: Among
    since: Since
    customer: Customer
    settings: Settings

    def base(self, kept: Frame, costs: Ledger, analyses: Sequence[Analysis], tell: Progress) -> Base:
        """`small` holds the frames of the customers that were touched, `large` those of all."""
        small = tables_of(self.few, kept, costs, self.customer, self.settings)
        large: dict[str, Frame] = {}
        outcomes = []
        for step, analysis in enumerate(analyses):
            tell(f"{self.customer}: {analysis.name}", step, len(analyses))
            way = self._few if analysis.alone or analysis.score else self._all
            outcome, one, every = way(analysis, small, large)
            small |= named(analysis, one)
            large |= named(analysis, every)
            outcomes.append(outcome)
        months = self.engine.arrow(activity(self.few, small, self.settings), ACTIVITY)
        return Base(self.customer, tuple(outcomes), months)

    def _few(
        self, analysis: Analysis, small: Mapping[str, Frame], large: Mapping[str, Frame]
    ) -> tuple[Outcome, Frame, Frame]:
        if analysis.alone:
            outcome, frame = ran(self.few, small, self.customer, analysis, self.settings)
            return replace(outcome, few=True), frame, self._laid_over(tuple(analysis.outputs), frame)
        began = time.perf_counter()
        learned, told = self.since.known.learned[self.customer, analysis.name], None
        if learned is not None and analysis.score is not None:
            told = analysis.score(self.few, small, self.settings, learned)
        rows = analysis.schema.empty_table() if told is None else self.engine.arrow(told, analysis.schema)
        few = None if told is None else True
        outcome = Outcome(analysis, rows, {}, time.perf_counter() - began, (), learned, few)
        frame = self.engine.frame(f"{analysis.name}_{self.customer}", rows)
        return outcome, frame, self._laid_over(tuple(analysis.outputs), None if told is None else frame)

    def _all(
        self, analysis: Analysis, small: Mapping[str, Frame], large: Mapping[str, Frame]
    ) -> tuple[Outcome, Frame, Frame]:
        basis = {}
        if analysis.basis is not None:
            own = self.engine.keep(f"basis_{analysis.name}", analysis.basis(self.few, small, self.settings))
            basis[f"basis.{analysis.name}"] = self._laid_over(tuple(c for c in own.columns if c != "id"), own)
        outcome, frame = ran(self.engine, {**large, **basis}, self.customer, analysis, self.settings)
        touched = self.engine.keep(f"touched_{analysis.name}", frame.join(self.few.ids, "id", "left_semi"))
        return outcome, touched, frame

    def _laid_over(self, fields: tuple[str, ...], told: Frame | None) -> Frame:
        """What the last run wrote of the customers of whom it said any of that, and, of those who were touched, what is
        told now.
        """
        columns = ", ".join(("id", *fields))
        known = " or ".join(f"{name} is not null" for name in fields) or "false"
        written, _ = names(FIELDS[self.customer])
        stands = f"select {columns} from {written} where ({known})"
        if told is None:
            return self.engine.view("stands", stands)
        touched = f"select id from ({self.engine.text(self.few.ids)})"
        now = f"select {columns} from ({self.engine.text(told)})"
        return self.engine.view("laid_over", f"{stands} and id not in ({touched}) union all {now}")
