"""In which role a person or a company stands to a company, a person or a deal, from when to when."""

from visavis.catalogue import Object, Scope
from visavis.objects._declare import COMPANY, NOTE, PERSON, VALID_FROM, VALID_TO, WHO, Fields, choice, words

f = Fields("party_role")

ROLES = (
    choice("payer", words("Payer", "지급인", "付款方", "Plătitor", "משלם"), "teal"),
    choice("user", words("User", "사용자", "使用者", "Utilizator", "משתמש"), "blue"),
    choice("beneficiary", words("Beneficiary", "수혜자", "受益人", "Beneficiar", "נהנה"), "cyan"),
    choice(
        "decider",
        words("Decision-maker", "의사결정자", "决策者", "Decident", "מקבל החלטות"),
        "red",
        "decision maker",
        "economic buyer",
        "economic decision maker",
    ),
    choice("influencer", words("Influencer", "영향력자", "影响者", "Influențator", "משפיע"), "orange"),
    choice("regulator", words("Regulator", "규제 기관", "监管方", "Autoritate", "רגולטור"), "gray"),
    choice(
        "participant",
        words("Participant", "참여자", "参与方", "Participant", "משתתף"),
        "gray",
        "contact",
        "other",
        "evaluator",
        "executive sponsor",
    ),
    choice("referrer", words("Referrer", "소개자", "推荐人", "Recomandator", "מפנה"), "violet"),
)

party_role = Object(
    name="party_role",
    plural="party-roles",
    label=words("Role", "역할", "角色", "Rol", "תפקיד"),
    label_plural=words("Roles", "역할", "角色", "Roluri", "תפקידים"),
    icon="users-group",
    scope=Scope("via", ("deal", "for_company", "for_person", "company", "person")),
    title=("role",),
    sort="-valid_from",
    list=("role", "person", "company", "deal", "for_company", "for_person", "valid_from", "valid_to"),
    period=("valid_from", "valid_to"),
    aliases=("contact role", "opportunity contact role"),
    fields=(
        f("role", "choice", words("Role", "역할", "角色", "Rol", "תפקיד"), required=True, options=ROLES),
        f.link(
            "person",
            "person",
            PERSON,
            required_if="empty(company)",
            required_message=WHO,
            reverse=words("Roles held", "맡은 역할", "担任的角色", "Roluri deținute", "תפקידיו"),
        ),
        f.link(
            "company",
            "company",
            COMPANY,
            reverse=words("Roles held", "맡은 역할", "担任的角色", "Roluri deținute", "תפקידיה"),
        ),
        f.link(
            "deal",
            "deal",
            words("For deal", "대상 거래", "所涉商机", "Pentru oportunitate", "בעסקה"),
            reverse=words("Who is involved", "관련자", "相关方", "Cine este implicat", "מי מעורב"),
            aliases=("opportunity",),
        ),
        f.link(
            "for_company",
            "company",
            words("For company", "대상 회사", "所涉公司", "Pentru companie", "בחברה"),
            reverse=words("Who plays a role", "역할 담당", "担任角色者", "Cine are un rol", "בעלי תפקיד"),
        ),
        f.link(
            "for_person",
            "person",
            words("For person", "대상 사람", "所涉人员", "Pentru persoană", "אצל אדם"),
            reverse=words("Who plays a role", "역할 담당", "担任角色者", "Cine are un rol", "בעלי תפקיד"),
        ),
        f("valid_from", "date", VALID_FROM),
        f("valid_to", "date", VALID_TO),
        f("note", "long_text", NOTE),
    ),
)
