"""A team of colleagues who share customers."""

from visavis.catalogue import Object, Scope
from visavis.objects._declare import NAME, TEAM, Fields, words

f = Fields("team")

team = Object(
    name="team",
    plural="teams",
    label=TEAM,
    label_plural=words("Teams", "팀", "团队", "Echipe", "צוותים"),
    icon="users-group",
    scope=Scope("open"),
    who_writes="owners",
    title=("name",),
    sort="name",
    list=("name", "manager", "region"),
    fields=(
        f("name", "text", NAME, required=True, searchable=True),
        f.user("manager", words("Manager", "팀장", "经理", "Manager", "מנהל")),
        f("region", "text", words("Region", "지역", "区域", "Regiune", "אזור")),
    ),
)
