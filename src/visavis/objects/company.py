"""A company: a customer, a prospect, a supplier, a partner."""

from visavis.catalogue import Object, Scope
from visavis.objects._declare import ADDRESS, COMPANY, COUNTRY, EMAIL, NAME, NOTE, OWNER, PHONE, TEAM, Fields, words
from visavis.objects._value import value_fields

f = Fields("company")

company = Object(
    name="company",
    plural="companies",
    label=COMPANY,
    label_plural=words("Companies", "회사", "公司", "Companii", "חברות"),
    icon="building",
    scope=Scope("own"),
    title=("name",),
    sort="name",
    list=("name", "abc_class", "rfm_segment", "revenue_net", "last_purchase", "p_alive", "country", "owner"),
    aliases=("account", "organization", "organisation", "customer", "client"),
    fields=(
        f("name", "text", NAME, required=True, searchable=True, aliases=("account", "account name", "company name")),
        f(
            "domain",
            "url",
            words("Website", "웹사이트", "网站", "Site web", "אתר"),
            searchable=True,
            aliases=("website", "company domain name"),
        ),
        f("industry", "text", words("Industry", "업종", "行业", "Industrie", "ענף"), aliases=("sector",)),
        f("phone", "phone", PHONE, searchable=True, aliases=("phone number", "telephone")),
        f("email", "email", EMAIL, searchable=True, sensitivity="personal", aliases=("email address",)),
        f("address", "address", ADDRESS),
        f("country", "text", COUNTRY, aliases=("office_location", "location", "country/region")),
        f(
            "employees",
            "integer",
            words("Employees", "직원 수", "员工数", "Angajați", "עובדים"),
            aliases=("numberofemployees",),
        ),
        f(
            "annual_revenue",
            "money",
            words("Annual revenue", "연 매출", "年收入", "Cifra de afaceri", "הכנסה שנתית"),
            aliases=("revenue",),
        ),
        f(
            "founded",
            "integer",
            words("Founded", "설립 연도", "成立年份", "Fondată", "שנת ייסוד"),
            aliases=("year_established",),
        ),
        f.link(
            "parent",
            "company",
            words("Parent company", "모회사", "母公司", "Companie-mamă", "חברת אם"),
            hierarchy=True,
            reverse=words("Subsidiaries", "자회사", "子公司", "Filiale", "חברות בנות"),
            aliases=("subsidiary_of", "parent account"),
        ),
        f("tags", "multi_choice", words("Tags", "태그", "标签", "Etichete", "תגיות")),
        f("note", "long_text", NOTE, aliases=("description", "notes")),
        f.user("owner", OWNER, aliases=("account owner", "sales_agent")),
        f.link("team", "team", TEAM),
        *value_fields(f),
    ),
)
