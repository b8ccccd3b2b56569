"""The exports of other systems: how their files are known, and what their columns mean. Data; nothing here runs."""

from visavis.features.imports.sources.addressbooks import GOOGLE, OUTLOOK
from visavis.features.imports.sources.espocrm import ESPOCRM
from visavis.features.imports.sources.hubspot import HUBSPOT
from visavis.features.imports.sources.model import System
from visavis.features.imports.sources.odoo import ODOO
from visavis.features.imports.sources.personal import CALENDAR, MAIL, VCARD
from visavis.features.imports.sources.pipedrive import PIPEDRIVE
from visavis.features.imports.sources.salesforce import SALESFORCE
from visavis.features.imports.sources.suitecrm import SUITECRM

SYSTEMS: tuple[System, ...] = (
    SALESFORCE,
    HUBSPOT,
    PIPEDRIVE,
    ODOO,
    ESPOCRM,
    SUITECRM,
    GOOGLE,
    OUTLOOK,
    VCARD,
    MAIL,
    CALENDAR,
)

__all__ = ["SYSTEMS"]
