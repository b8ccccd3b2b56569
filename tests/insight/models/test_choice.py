"""The choice among the models of repeat purchases, and the forecast of the chosen one with its interval."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.insight.models.test_repeating import donations, simulate
from visavis.insight.analyses.slots import CLOCKS
from visavis.insight.models import bgbb, bgnbd, mbgnbd, pareto_nbd
from visavis.insight.models.choice import CONTINUOUS, DISCRETE, Holdout, choose
from visavis.insight.models.fit import Fit
from visavis.insight.models.forecast import Horizon, forecast
from visavis.insight.models.table import Histories, coarse, histories

NOBODY = histories([0] * 30, [0] * 30, [20.0] * 30)


@pytest.fixture(scope="module")
def table() -> Histories:
    return coarse(simulate(mbgnbd, 3000, np.random.default_rng(21)), above=100)


def test_the_model_that_made_the_data_fits_best(table: Histories) -> None:
    choice = choose(CONTINUOUS, table, None, None)
    assert (choice.chosen.name, choice.why) == ("mbgnbd", "likelihood")
    assert [each.name for each in choice.candidates] == ["bgnbd", "mbgnbd", "paretonbd"]
    assert all(each.foreseen is None and np.isfinite(each.fit.bic) for each in choice.candidates)


def test_a_setting_fixes_the_model_and_the_others_are_still_shown(table: Histories) -> None:
    choice = choose(CONTINUOUS, table, "paretonbd", None)
    assert (choice.chosen.name, choice.why, len(choice.candidates)) == ("paretonbd", "setting", 3)


def test_a_holdout_overrules_the_likelihood_where_it_is_clear(table: Histories) -> None:
    """What came is what Pareto/NBD foresees of each row, so only its error is zero."""
    fit = pareto_nbd.fit(table)
    came = pareto_nbd.expected_purchases(fit.params, 26, table.x, table.t_x, table.T) * table.n
    held = Holdout(table, came, came**2 / table.n, 26)
    choice = choose(CONTINUOUS, table, None, held)
    assert (choice.chosen.name, choice.why) == ("paretonbd", "holdout")
    found = {each.name: each.foreseen for each in choice.candidates}
    assert found["paretonbd"] is not None and found["bgnbd"] is not None
    assert found["paretonbd"].error < 1e-6 < found["bgnbd"].error
    assert found["paretonbd"].forecast == pytest.approx(found["paretonbd"].seen)


def test_a_short_time_before_is_no_holdout(table: Histories) -> None:
    few = Histories(*(column[:20] for column in (table.x, table.t_x, table.T, np.ones(50))))
    held = Holdout(few, np.zeros(20), np.zeros(20), 26)
    assert not held.enough
    assert choose(CONTINUOUS, table, None, held).why == "likelihood"


def test_what_every_model_refuses_is_chosen_by_none() -> None:
    choice = choose(CONTINUOUS, NOBODY, None, None)
    assert choice.why == "none" and not choice.chosen.fit.usable
    assert choose(DISCRETE, donations(), None, None).why == "discrete"


def test_intervals_are_those_of_the_bootstrap() -> None:
    """The delta method against fits of the same base drawn anew, customer by customer."""
    model: Any = bgbb
    table = donations()
    customers = int(table.n.sum())
    found = forecast(model, model.fit(table), table, Horizon(5, 5.0))
    assert found.total.low is not None and found.total.high is not None
    random = np.random.default_rng(5)
    totals = []
    for _ in range(25):
        drawn = replace(table, n=random.multinomial(customers, table.n / customers).astype(float))
        some = Histories(*(column[drawn.n > 0] for column in (drawn.x, drawn.t_x, drawn.T, drawn.n)))
        params = model.fit(some).params
        totals.append(float(table.n @ model.expected_purchases(params, 5, table.x, table.t_x, table.T)))
    ours = np.log(found.total.high / found.total.expected) / 1.645
    assert 0.7 < np.std(np.log(totals)) / ours < 1.4
    assert np.all(found.spread[found.purchases > 0.1] > 0)


def test_discounting_takes_away() -> None:
    table, fit = donations(), bgbb.fit(donations())
    plain, less = (forecast(bgbb, fit, table, Horizon(5, 5.0, rate)) for rate in (0.0, 0.1))
    np.testing.assert_allclose(plain.purchases, less.purchases)
    assert np.all(less.discounted < plain.discounted) and np.all(less.discounted > plain.discounted * 1.1**-5)


def test_a_model_that_refused_forecasts_nothing() -> None:
    found = forecast(bgnbd, bgnbd.fit(NOBODY), NOBODY, Horizon(52, 1.0))
    assert np.isnan(found.purchases).all() and found.total.low is None


def test_no_interval_where_the_parameters_are_not_determined(table: Histories) -> None:
    fit = bgnbd.fit(table)
    lost = Fit(fit.model, fit.params, fit.ll, fit.n, True, covariance=np.full((4, 4), np.nan))
    found = forecast(bgnbd, lost, table, Horizon(52, 1.0))
    assert np.isfinite(found.purchases).all() and np.isnan(found.spread).all() and found.total.high is None


@given(st.dates(dt.date(1960, 1, 1), dt.date(2100, 1, 1)), st.sampled_from(sorted(CLOCKS)))
def test_slots_follow_each_other(day: dt.date, every: str) -> None:
    clock = CLOCKS[every]
    number = clock.number(day)
    assert clock.begins(number) <= day < clock.begins(number + 1)
    assert clock.number(clock.begins(number)) == number
    assert clock.last(day) == number - 1
