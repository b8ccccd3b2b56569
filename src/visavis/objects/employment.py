"""Who works where, as what, from when to when. A change of employer is a new row."""

from visavis.catalogue import Object, Scope
from visavis.objects._declare import COMPANY, PERSON, VALID_FROM, VALID_TO, Fields, words

f = Fields("employment")

employment = Object(
    name="employment",
    plural="employments",
    label=words("Employment", "재직", "任职", "Angajare", "העסקה"),
    label_plural=words("Employments", "재직 이력", "任职记录", "Angajări", "העסקות"),
    icon="briefcase",
    scope=Scope("via", ("company", "person")),
    title=("role",),
    sort="-valid_from",
    list=("person", "company", "role", "valid_from", "valid_to"),
    period=("valid_from", "valid_to"),
    fields=(
        f.link("person", "person", PERSON, required=True),
        f.link("company", "company", COMPANY, required=True),
        f(
            "role",
            "text",
            words("Role", "직책", "职务", "Funcție", "תפקיד"),
            aliases=("job title", "title", "position"),
        ),
        f("valid_from", "date", VALID_FROM),
        f("valid_to", "date", VALID_TO),
    ),
)
