"""A person: a contact at a company, or a customer in her own right."""

from visavis.catalogue import Object, Scope
from visavis.objects._declare import ADDRESS, COUNTRY, EMAIL, NOTE, OWNER, PERSON, PHONE, TEAM, Fields, words
from visavis.objects._value import value_fields

f = Fields("person")

person = Object(
    name="person",
    plural="people",
    label=PERSON,
    label_plural=words("People", "사람", "人员", "Persoane", "אנשים"),
    icon="user",
    scope=Scope("own"),
    title=("first_name", "last_name"),
    sort="last_name",
    list=("first_name", "last_name", "email", "phone", "country", "owner", "updated_at"),
    aliases=("contact", "lead"),
    fields=(
        f(
            "first_name",
            "text",
            words("First name", "이름", "名", "Prenume", "שם פרטי"),
            searchable=True,
            sensitivity="personal",
            aliases=("firstname", "given name"),
        ),
        f(
            "last_name",
            "text",
            words("Last name", "성", "姓", "Nume de familie", "שם משפחה"),
            required=True,
            searchable=True,
            sensitivity="personal",
            aliases=("lastname", "surname", "family name"),
        ),
        f("email", "email", EMAIL, searchable=True, sensitivity="personal", aliases=("email address",)),
        f("phone", "phone", PHONE, searchable=True, sensitivity="personal", aliases=("phone number",)),
        f(
            "mobile",
            "phone",
            words("Mobile", "휴대전화", "手机", "Mobil", "נייד"),
            searchable=True,
            sensitivity="personal",
            aliases=("mobile phone",),
        ),
        f("birthday", "date", words("Birthday", "생일", "生日", "Zi de naștere", "יום הולדת"), sensitivity="personal"),
        f("language", "text", words("Language", "언어", "语言", "Limbă", "שפה")),
        f("country", "text", COUNTRY, aliases=("country/region",)),
        f("address", "address", ADDRESS, sensitivity="personal"),
        f("note", "long_text", NOTE, aliases=("description", "notes")),
        f.user("owner", OWNER, aliases=("contact owner",)),
        f.link("team", "team", TEAM),
        *value_fields(f),
    ),
)
