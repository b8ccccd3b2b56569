"""Who works where, as what, from when to when. A change of employer is a new row."""

from visavis.catalogue import Object, Scope
from visavis.objects._declare import COMPANY, PERSON, Fields, words

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
    fields=(
        f.link("person", "person", PERSON, required=True),
        f.link("company", "company", COMPANY, required=True),
        f(
            "role",
            "text",
            words("Role", "직책", "职务", "Funcție", "תפקיד"),
            aliases=("job title", "title", "position"),
        ),
        f("valid_from", "date", words("From", "시작일", "开始", "De la", "מתאריך")),
        f("valid_to", "date", words("To", "종료일", "结束", "Până la", "עד תאריך")),
    ),
)
