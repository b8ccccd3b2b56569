"""Every slice, in the order in which it plugs in."""

from __future__ import annotations

from collections.abc import Callable

from visavis.features.accounts.api import register as accounts
from visavis.features.actions.api import register as actions
from visavis.features.app import App
from visavis.features.base.api import register as base
from visavis.features.changing.api import register as changing
from visavis.features.costing.api import register as costing
from visavis.features.customizing.api import register as customizing
from visavis.features.exports.api import register as exports
from visavis.features.files.api import register as files
from visavis.features.imports.api import register as imports
from visavis.features.jobs.api import register as jobs
from visavis.features.keycustomers.api import register as keycustomers
from visavis.features.matching.api import register as matching
from visavis.features.merging.api import register as merging
from visavis.features.offers.api import register as offers
from visavis.features.pivot.api import register as pivot
from visavis.features.policies.api import register as policies
from visavis.features.setup.api import register as setup
from visavis.features.tuning.api import register as tuning
from visavis.features.views.api import register as views
from visavis.features.visibility.api import register as visibility

SLICES: tuple[Callable[[App], None], ...] = (
    setup,
    accounts,
    customizing,
    views,
    jobs,
    base,
    costing,
    imports,
    changing,
    exports,
    files,
    visibility,
    merging,
    matching,
    tuning,
    actions,
    policies,
    keycustomers,
    pivot,
    offers,
)
