"""What may be offered to customers, and within which limits. Whom it is for, a group says (features/offers)."""

from visavis.catalogue import Object, Scope
from visavis.objects._behaviour import CHANNELS
from visavis.objects._declare import NAME, NOTE, PRODUCT, VALID_FROM, VALID_TO, Fields, words

f = Fields("offer")

offer = Object(
    name="offer",
    plural="offers",
    label=words("Offer", "제안", "优惠方案", "Ofertă", "הצעה"),
    label_plural=words("Offers", "제안", "优惠方案", "Oferte", "הצעות"),
    icon="tag",
    scope=Scope("open"),
    who_writes="managers",
    title=("name",),
    sort="name",
    list=("name", "product", "margin", "chance", "contact_cost", "channel", "valid_from", "valid_to"),
    fields=(
        f("name", "text", NAME, required=True, searchable=True),
        f.link("product", "product", PRODUCT),
        f("category", "text", words("Category", "분류", "类别", "Categorie", "קטגוריה")),
        f(
            "margin",
            "money",
            words("Margin of one sale", "판매 1건의 마진", "每单毛利", "Marja unei vânzări", "רווח גולמי ממכירה אחת"),
            required=True,
        ),
        f(
            "chance",
            "percent",
            words("Share that accepts", "수락 비율", "接受比例", "Ponderea celor care acceptă", "שיעור הנענים"),
            help=words(
                "As you expect it; where the next best product is this one, its own chance counts.",
                "예상 비율. 다음 추천 제품이 이 제품이면 그 확률을 씁니다.",
                "您预计的比例；若下一推荐产品正是此产品，则用其自身概率。",
                "Cum o estimați; unde următorul produs este acesta, contează șansa lui.",
                "לפי הערכתכם; כשהמוצר הבא הוא זה, נספר הסיכוי שלו.",
            ),
        ),
        f(
            "contact_cost",
            "money",
            words("Cost of one contact", "접촉 1회 비용", "每次联系成本", "Costul unui contact", "עלות פנייה אחת"),
        ),
        f("channel", "choice", words("Channel", "채널", "渠道", "Canal", "ערוץ"), options=CHANNELS),
        f("valid_from", "date", VALID_FROM),
        f("valid_to", "date", VALID_TO),
        f(
            "rest_days",
            "integer",
            words(
                "Days of rest after a contact",
                "접촉 후 휴지 일수",
                "联系后的间隔天数",
                "Zile de pauză după un contact",
                "ימי מנוחה אחרי פנייה",
            ),
        ),
        f(
            "most_contacts",
            "integer",
            words(
                "Most contacts in 90 days",
                "90일간 최대 접촉 횟수",
                "90天内最多联系次数",
                "Contacte maxime în 90 de zile",
                "מרב הפניות ב-90 יום",
            ),
        ),
        f(
            "places",
            "integer",
            words(
                "At most so many customers",
                "최대 고객 수",
                "客户数上限",
                "Cel mult atâția clienți",
                "לכל היותר כך וכך לקוחות",
            ),
        ),
        f("note", "long_text", NOTE),
    ),
)
