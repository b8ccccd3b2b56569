"""A colleague: a link to a user."""

from visavis.fields.relation import Relation


class User(Relation):
    name = "user"
    widget = "user"
