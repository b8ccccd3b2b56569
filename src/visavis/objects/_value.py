"""What analysis says of a customer. The same derived fields stand on companies and on people."""

from __future__ import annotations

from visavis.catalogue import Field
from visavis.objects._behaviour import behaviour_fields
from visavis.objects._declare import Fields, choice, words
from visavis.objects._reads import AMOUNT, DAY, ENTRY, GIVEN, LENT, MARGIN, PRICE, PROFIT, SERVED, VALUE, WON, WORK

CLASSES = (
    choice("A", words("A", "A", "A", "A", "A"), "teal"),
    choice("B", words("B", "B", "B", "B", "B"), "blue"),
    choice("C", words("C", "C", "C", "C", "C"), "gray"),
)

KEY_CLASSES = (
    choice("key", words("Key customer", "핵심 고객", "关键客户", "Client cheie", "לקוח מפתח"), "teal"),
    choice("important", words("Important", "중요", "重要", "Important", "חשוב"), "blue"),
    choice("standard", words("Standard", "일반", "普通", "Standard", "רגיל"), "gray"),
)

SEGMENTS = (
    choice("champions", words("Champions", "최우수 고객", "冠军客户", "Campioni", "אלופים"), "teal"),
    choice("loyal", words("Loyal", "충성 고객", "忠诚客户", "Fideli", "נאמנים"), "cyan"),
    choice("promising", words("Promising", "유망 고객", "潜力客户", "Promițători", "מבטיחים"), "blue"),
    choice("new", words("New", "신규 고객", "新客户", "Noi", "חדשים"), "indigo"),
    choice(
        "needs_attention", words("Need attention", "관심 필요", "需要关注", "Cer atenție", "דורשים תשומת לב"), "yellow"
    ),
    choice("at_risk", words("At risk", "이탈 위험", "有流失风险", "În pericol", "בסיכון"), "orange"),
    choice("cannot_lose", words("Cannot lose", "놓칠 수 없는 고객", "不能失去", "De nepierdut", "אסור לאבד"), "red"),
    choice("hibernating", words("Hibernating", "휴면 고객", "休眠客户", "În hibernare", "רדומים"), "gray"),
)


def value_fields(f: Fields) -> tuple[Field, ...]:
    """Revenue, profit, ABC, RFM, lifetime value, the key index, and how the customer buys, in that order."""
    return (
        *_revenue(f),
        *_won(f),
        *_profit(f),
        *_abc(f),
        *_rfm(f),
        *_lifetime(f),
        *_forecast(f),
        *_key(f),
        *behaviour_fields(f),
    )


def _revenue(f: Fields) -> tuple[Field, ...]:
    return (
        f.derived(
            "revenue_net",
            "money",
            words("Net revenue", "순매출", "净收入", "Venit net", "הכנסה נטו"),
            "value",
            reads=AMOUNT,
        ),
        f.derived(
            "revenue_gross",
            "money",
            words("Gross revenue", "총매출", "总收入", "Venit brut", "הכנסה ברוטו"),
            "value",
            reads=AMOUNT,
        ),
        f.derived("returns", "money", words("Returns", "반품", "退货", "Retururi", "החזרות"), "value", reads=AMOUNT),
        f.derived("margin", "money", words("Margin", "마진", "毛利", "Marjă", "רווח גולמי"), "value", reads=MARGIN),
        f.derived(
            "invoice_count",
            "integer",
            words("Invoices", "청구서 수", "发票数", "Facturi", "חשבוניות"),
            "value",
            reads=DAY,
        ),
        f.derived(
            "first_purchase",
            "date",
            words("First purchase", "첫 구매", "首次购买", "Prima achiziție", "רכישה ראשונה"),
            "value",
            reads=DAY,
        ),
        f.derived(
            "last_purchase",
            "date",
            words("Last purchase", "최근 구매", "最近购买", "Ultima achiziție", "רכישה אחרונה"),
            "value",
            reads=DAY,
        ),
        f.derived(
            "cohort_month",
            "date",
            words("Cohort month", "코호트 월", "群组月份", "Luna cohortei", "חודש הצטרפות"),
            "cohorts",
            reads=DAY,
        ),
    )


def _won(f: Fields) -> tuple[Field, ...]:
    return (
        f.derived(
            "won_value",
            "money",
            words("Won deals", "수주 금액", "赢单金额", "Vânzări câștigate", "עסקאות שנסגרו"),
            "value",
            reads=(("deal", "amount"), *WON),
        ),
        f.derived(
            "won_count",
            "integer",
            words("Number of won deals", "수주 건수", "赢单数", "Număr de vânzări câștigate", "מספר עסקאות"),
            "value",
            reads=WON,
        ),
    )


def _profit(f: Fields) -> tuple[Field, ...]:
    return (
        *(f.derived(name, "money", label, "profit", reads=reads) for name, (label, reads) in _BARS.items()),
        f.derived(
            "unknown_costs",
            "integer",
            words("Costs unknown", "알 수 없는 비용", "未知成本数", "Costuri necunoscute", "עלויות לא ידועות"),
            "profit",
            reads=(("invoice_line", "cost"), ("product", "cost"), *WORK),
        ),
        f.derived(
            "dear_to_serve",
            "boolean",
            words(
                "As dear to serve as an A",
                "A 등급만큼 비용이 드는 고객",
                "服务成本与A类相当",
                "La fel de costisitor ca un A",
                "יקר לשירות כמו לקוח A",
            ),
            "serving",
            reads=SERVED,
        ),
    )


_BARS = {
    "gross_sales": (words("Gross sales", "총판매", "销售总额", "Vânzări brute", "מכירות ברוטו"), PRICE),
    "discount_cost": (words("Discounts", "할인", "折扣", "Reduceri", "הנחות"), GIVEN),
    "return_cost": (
        words("Cost of returns", "반품 비용", "退货成本", "Costul retururilor", "עלות החזרות"),
        (*AMOUNT, *ENTRY),
    ),
    "goods_cost": (words("Cost of goods", "매출원가", "货品成本", "Costul mărfurilor", "עלות הטובין"), MARGIN),
    "service_cost": (words("Service cost", "서비스 비용", "服务成本", "Costul serviciilor", "עלות השירות"), WORK),
    "sales_cost": (words("Sales effort", "영업 비용", "销售投入", "Efort de vânzare", "עלות המכירה"), WORK),
    "delivery_cost": (words("Delivery cost", "배송 비용", "配送成本", "Costul livrării", "עלות המשלוח"), ENTRY),
    "credit_cost": (words("Cost of credit", "외상 비용", "赊账成本", "Costul creditului", "עלות האשראי"), LENT),
    "campaign_cost": (words("Campaign cost", "캠페인 비용", "营销成本", "Costul campaniilor", "עלות הקמפיינים"), ENTRY),
    "other_cost": (words("Other costs", "기타 비용", "其他成本", "Alte costuri", "עלויות אחרות"), ENTRY),
    "cost_to_serve": (
        words("Cost to serve", "고객 응대 비용", "服务总成本", "Cost de deservire", "עלות שירות כוללת"),
        SERVED,
    ),
    "net_profit": (words("Net profit", "순이익", "净利润", "Profit net", "רווח נקי"), PROFIT),
}


def _abc(f: Fields) -> tuple[Field, ...]:
    return (
        f.derived(
            "abc_class",
            "choice",
            words("ABC class", "ABC 등급", "ABC 类别", "Clasa ABC", "דירוג ABC"),
            "abc",
            reads=AMOUNT,
            options=CLASSES,
        ),
        f.derived(
            "abc_rank",
            "integer",
            words("Value rank", "가치 순위", "价值排名", "Rang de valoare", "דירוג ערך"),
            "abc",
            reads=AMOUNT,
            relative=True,
        ),
        f.derived(
            "abc_share",
            "percent",
            words("Cumulative share", "누적 비중", "累计占比", "Pondere cumulată", "נתח מצטבר"),
            "abc",
            reads=AMOUNT,
            relative=True,
        ),
    )


def _rfm(f: Fields) -> tuple[Field, ...]:
    return (
        f.derived(
            "recency_days",
            "integer",
            words(
                "Days since purchase", "마지막 구매 후 일수", "距上次购买天数", "Zile de la achiziție", "ימים מאז רכישה"
            ),
            "rfm",
            reads=DAY,
        ),
        f.derived(
            "frequency", "integer", words("Purchases", "구매 횟수", "购买次数", "Achiziții", "רכישות"), "rfm", reads=DAY
        ),
        f.derived(
            "monetary", "money", words("Spent", "구매 금액", "消费金额", "Cheltuit", "סכום שהוצא"), "rfm", reads=AMOUNT
        ),
        f.derived(
            "r_score",
            "integer",
            words("Recency score", "최근성 점수", "近度得分", "Scor recență", "ציון עדכניות"),
            "rfm",
            reads=DAY,
        ),
        f.derived(
            "f_score",
            "integer",
            words("Frequency score", "빈도 점수", "频度得分", "Scor frecvență", "ציון תדירות"),
            "rfm",
            reads=DAY,
        ),
        f.derived(
            "m_score",
            "integer",
            words("Monetary score", "금액 점수", "额度得分", "Scor monetar", "ציון כספי"),
            "rfm",
            reads=AMOUNT,
        ),
        f.derived(
            "rfm_segment",
            "choice",
            words("RFM segment", "RFM 세그먼트", "RFM 分群", "Segment RFM", "פלח RFM"),
            "rfm",
            reads=VALUE,
            options=SEGMENTS,
        ),
    )


def _key(f: Fields) -> tuple[Field, ...]:
    return (
        f.derived(
            "key_index",
            "decimal",
            words("Key customer index", "핵심 고객 지수", "关键客户指数", "Indice client cheie", "מדד לקוח מפתח"),
            "key_index",
            reads=(*MARGIN, *DAY),
            relative=True,
        ),
        f.derived(
            "key_class",
            "choice",
            words("Key customer class", "핵심 고객 등급", "关键客户级别", "Clasă client cheie", "דרגת לקוח מפתח"),
            "key_index",
            reads=(*MARGIN, *DAY),
            options=KEY_CLASSES,
        ),
    )


def _lifetime(f: Fields) -> tuple[Field, ...]:
    return (
        f.derived(
            "p_alive",
            "percent",
            words("Chance of being active", "활동 확률", "活跃概率", "Șansa de a fi activ", "סיכוי לפעילות"),
            "lifetime",
            reads=DAY,
        ),
        f.derived(
            "expected_purchases",
            "decimal",
            words(
                "Expected purchases, 12 months",
                "향후 12개월 예상 구매",
                "未来12个月预计购买",
                "Achiziții așteptate, 12 luni",
                "רכישות צפויות, 12 חודשים",
            ),
            "lifetime",
            reads=DAY,
        ),
    )


def _forecast(f: Fields) -> tuple[Field, ...]:
    return (
        f.derived(
            "expected_value",
            "money",
            words(
                "Expected value, 12 months",
                "향후 12개월 예상 가치",
                "未来12个月预计价值",
                "Valoare așteptată, 12 luni",
                "ערך צפוי, 12 חודשים",
            ),
            "lifetime",
            reads=VALUE,
        ),
        f.derived(
            "expected_value_low",
            "money",
            words(
                "Expected value, lower bound",
                "예상 가치 하한",
                "预计价值下限",
                "Valoare așteptată, limita de jos",
                "ערך צפוי, גבול תחתון",
            ),
            "lifetime",
            reads=VALUE,
        ),
        f.derived(
            "expected_value_high",
            "money",
            words(
                "Expected value, upper bound",
                "예상 가치 상한",
                "预计价值上限",
                "Valoare așteptată, limita de sus",
                "ערך צפוי, גבול עליון",
            ),
            "lifetime",
            reads=VALUE,
        ),
    )
