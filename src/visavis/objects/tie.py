"""How two people, two companies, or a person and a company belong together: "from" is this to "to"."""

from visavis.catalogue import Object, Scope
from visavis.objects._declare import NOTE, VALID_FROM, VALID_TO, WHO, Fields, choice, words

f = Fields("tie")

KINDS = (
    choice("parent_group", words("Parent group of", "모그룹", "母集团", "Grup-mamă al", "קבוצת האם של"), "indigo"),
    choice("subsidiary", words("Subsidiary of", "자회사", "子公司", "Filială a", "חברת בת של"), "indigo"),
    choice("supplier", words("Supplier of", "공급업체", "供应商", "Furnizor al", "ספק של"), "blue"),
    choice("competitor", words("Competitor of", "경쟁사", "竞争对手", "Concurent al", "מתחרה של"), "red"),
    choice("partner", words("Partner of", "파트너", "合作伙伴", "Partener al", "שותף של"), "teal"),
    choice("referral", words("Referred", "소개함", "推荐了", "A recomandat", "הפנה את"), "violet"),
    choice("spouse", words("Spouse of", "배우자", "配偶", "Soț/soție al", "בן או בת זוג של"), "pink"),
    choice("parent", words("Parent of", "부모", "父母", "Părinte al", "הורה של"), "pink"),
    choice("child", words("Child of", "자녀", "子女", "Copil al", "ילד של"), "pink"),
    choice("sibling", words("Sibling of", "형제자매", "兄弟姐妹", "Frate/soră al", "אח או אחות של"), "pink"),
    choice("colleague", words("Colleague of", "동료", "同事", "Coleg cu", "עמית של"), "cyan"),
    choice("friend", words("Friend of", "친구", "朋友", "Prieten cu", "חבר של"), "cyan"),
    choice("director", words("Director of", "이사", "董事", "Director la", "דירקטור ב"), "orange"),
    choice("shareholder", words("Shareholder of", "주주", "股东", "Acționar la", "בעל מניות ב"), "orange"),
    choice("adviser", words("Adviser of", "자문", "顾问", "Consilier al", "יועץ של"), "gray"),
    choice("assistant", words("Assistant of", "비서", "助理", "Asistent al", "עוזר של"), "gray"),
)
TO_OTHERS = words("Ties", "관계", "关系", "Legături", "קשרים")
FROM_OTHERS = words(
    "Ties from others", "상대방이 맺은 관계", "来自他方的关系", "Legături dinspre alții", "קשרים מאחרים"
)

tie = Object(
    name="tie",
    plural="ties",
    label=words("Tie", "관계", "关系", "Legătură", "קשר"),
    label_plural=TO_OTHERS,
    icon="users-group",
    scope=Scope("via", ("from_company", "from_person", "to_company", "to_person")),
    title=("kind",),
    sort="-valid_from",
    list=("from_person", "from_company", "kind", "to_person", "to_company", "strength", "valid_from", "valid_to"),
    period=("valid_from", "valid_to"),
    aliases=("relationship", "connection"),
    fields=(
        f("kind", "choice", words("Kind", "종류", "类型", "Fel", "סוג"), required=True, options=KINDS),
        f.link(
            "from_person",
            "person",
            words("From person", "사람", "人员", "De la persoana", "מאדם"),
            required_if="empty(from_company)",
            required_message=WHO,
            reverse=TO_OTHERS,
        ),
        f.link(
            "from_company",
            "company",
            words("From company", "회사", "公司", "De la compania", "מחברה"),
            reverse=TO_OTHERS,
        ),
        f.link(
            "to_person",
            "person",
            words("To person", "상대 사람", "对方人员", "Către persoana", "לאדם"),
            required_if="empty(to_company)",
            required_message=WHO,
            reverse=FROM_OTHERS,
        ),
        f.link(
            "to_company",
            "company",
            words("To company", "상대 회사", "对方公司", "Către compania", "לחברה"),
            reverse=FROM_OTHERS,
        ),
        f("strength", "integer", words("Strength", "강도", "强度", "Intensitate", "עוצמה")),
        f("share", "percent", words("Share held", "지분율", "持股比例", "Cotă deținută", "שיעור החזקה")),
        f("valid_from", "date", VALID_FROM),
        f("valid_to", "date", VALID_TO),
        f("note", "long_text", NOTE),
    ),
)
