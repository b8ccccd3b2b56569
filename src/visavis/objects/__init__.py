"""The built-in record types, as data."""

from visavis.catalogue import Object
from visavis.objects.activity import activity
from visavis.objects.company import company
from visavis.objects.cost import cost
from visavis.objects.deal import deal
from visavis.objects.employment import employment
from visavis.objects.invoice import invoice
from visavis.objects.invoice_line import invoice_line
from visavis.objects.offer import offer
from visavis.objects.party_role import party_role
from visavis.objects.payment import payment
from visavis.objects.person import person
from visavis.objects.product import product
from visavis.objects.team import team
from visavis.objects.ticket import ticket
from visavis.objects.tie import tie
from visavis.objects.user import user

BUILT_IN: tuple[Object, ...] = (
    company,
    person,
    employment,
    party_role,
    tie,
    deal,
    activity,
    ticket,
    product,
    offer,
    invoice,
    invoice_line,
    payment,
    cost,
    user,
    team,
)

__all__ = ["BUILT_IN"]
