"""A sale in the making."""

from visavis.catalogue import Object, Scope
from visavis.objects._declare import AMOUNT, COMPANY, NAME, OWNER, PERSON, PRODUCT, TEAM, Fields, choice, words

f = Fields("deal")

STAGES = (
    choice("prospecting", words("Prospecting", "발굴", "寻找中", "Prospectare", "איתור"), "gray", "new", "lead"),
    choice(
        "engaging", words("Engaging", "접촉", "接洽中", "Contactare", "בהתקשרות"), "blue", "qualified", "qualification"
    ),
    choice("proposal", words("Proposal", "제안", "报价", "Ofertă", "הצעה"), "indigo", "quote", "proposal/price quote"),
    choice(
        "negotiation", words("Negotiation", "협상", "谈判", "Negociere", "משא ומתן"), "violet", "negotiation/review"
    ),
    choice("won", words("Won", "수주", "赢单", "Câștigat", "נסגר בהצלחה"), "teal", "closed won", "closedwon"),
    choice("lost", words("Lost", "실주", "输单", "Pierdut", "אבוד"), "red", "closed lost", "closedlost"),
)

deal = Object(
    name="deal",
    plural="deals",
    label=words("Deal", "거래", "商机", "Oportunitate", "עסקה"),
    label_plural=words("Deals", "거래", "商机", "Oportunități", "עסקאות"),
    icon="target",
    scope=Scope("own"),
    title=("name",),
    sort="-opened_on",
    list=("name", "company", "stage", "amount", "product", "opened_on", "closed_on", "owner"),
    timeline="opened_on",
    aliases=("opportunity", "sale"),
    fields=(
        f(
            "name",
            "text",
            NAME,
            required=True,
            searchable=True,
            aliases=("deal name", "opportunity name", "opportunity_id", "title"),
        ),
        f.link("company", "company", COMPANY, aliases=("account", "account name", "organization")),
        f.link("person", "person", PERSON, aliases=("contact",)),
        f.link("product", "product", PRODUCT),
        f("stage", "choice", words("Stage", "단계", "阶段", "Etapă", "שלב"), options=STAGES, aliases=("deal_stage",)),
        f("amount", "money", AMOUNT, aliases=("close_value", "value")),
        f(
            "opened_on",
            "date",
            words("Opened", "시작일", "开始日期", "Deschis la", "נפתחה"),
            aliases=("engage_date", "created date"),
        ),
        f("closed_on", "date", words("Closed", "종료일", "结束日期", "Închis la", "נסגרה"), aliases=("close_date",)),
        f("probability", "percent", words("Probability", "확률", "可能性", "Probabilitate", "סיכוי")),
        f("lost_reason", "text", words("Reason for loss", "실주 사유", "输单原因", "Motivul pierderii", "סיבת אובדן")),
        f.user("owner", OWNER, aliases=("sales_agent", "deal owner", "opportunity owner")),
        f.link("team", "team", TEAM),
    ),
)
