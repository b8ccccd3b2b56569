"""A colleague who signs in."""

from visavis.catalogue import Object, Scope
from visavis.objects._declare import EMAIL, NAME, TEAM, Fields, choice, words

f = Fields("user")

ROLES = (
    choice("owner", words("Owner", "소유자", "所有者", "Proprietar", "בעלים"), "red"),
    choice("manager", words("Manager", "관리자", "经理", "Manager", "מנהל"), "violet"),
    choice("member", words("Member", "구성원", "成员", "Membru", "חבר צוות"), "blue"),
    choice("reader", words("Reader", "열람자", "只读", "Cititor", "קורא"), "gray"),
)

user = Object(
    name="user",
    plural="users",
    label=words("User", "사용자", "用户", "Utilizator", "משתמש"),
    label_plural=words("Users", "사용자", "用户", "Utilizatori", "משתמשים"),
    icon="id-badge",
    scope=Scope("open"),
    who_writes="owners",
    title=("name",),
    sort="name",
    list=("name", "email", "role", "team", "region", "active"),
    aliases=("sales agent", "salesperson", "agent"),
    fields=(
        f("name", "text", NAME, required=True, searchable=True, aliases=("sales_agent", "agent", "full name")),
        f("email", "email", EMAIL, unique=True),
        f("role", "choice", words("Role", "역할", "角色", "Rol", "תפקיד"), options=ROLES),
        f.link("team", "team", TEAM),
        f("active", "boolean", words("Active", "활성", "启用", "Activ", "פעיל")),
        f("locale", "text", words("Language", "언어", "语言", "Limbă", "שפה")),
        f("manager", "text", words("Reports to", "상급자", "上级", "Raportează la", "כפוף ל")),
        f(
            "region",
            "text",
            words("Region", "지역", "区域", "Regiune", "אזור"),
            aliases=("regional_office", "office"),
        ),
    ),
)
