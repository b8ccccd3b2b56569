"""What serving a customer cost, once: an hour, a visit, a rebate, a delivery."""

from visavis.catalogue import Object, Scope
from visavis.objects._declare import AMOUNT, COMPANY, INVOICE, NOTE, PERSON, WHO, Fields, choice, words

f = Fields("cost")

KINDS = (
    choice("time", words("Time", "작업 시간", "工时", "Timp", "זמן"), "blue", "hours", "labour", "labor"),
    choice("ticket", words("Ticket", "문의", "工单", "Tichet", "פנייה"), "orange", "support", "service"),
    choice("visit", words("Visit", "방문", "拜访", "Vizită", "ביקור"), "violet", "travel"),
    choice("discount", words("Discount", "할인", "折扣", "Reducere", "הנחה"), "yellow", "rebate", "bonus"),
    choice("return", words("Return", "반품", "退货", "Retur", "החזרה"), "red", "refund", "complaint"),
    choice("credit", words("Credit", "외상", "赊账", "Credit", "אשראי"), "pink", "financing", "interest"),
    choice("delivery", words("Delivery", "배송", "交付", "Livrare", "משלוח"), "teal", "shipping", "freight"),
    choice("campaign", words("Campaign", "캠페인", "营销活动", "Campanie", "קמפיין"), "indigo", "marketing"),
    choice("other", words("Other", "기타", "其他", "Alt cost", "אחר"), "gray"),
)

cost = Object(
    name="cost",
    plural="costs",
    label=words("Cost entry", "비용 항목", "成本记录", "Cost înregistrat", "רישום עלות"),
    label_plural=words("Cost entries", "비용 항목", "成本记录", "Costuri înregistrate", "רישומי עלות"),
    icon="cash",
    scope=Scope("via", ("company", "person")),
    title=("reference",),
    sort="-occurred_on",
    list=("reference", "kind", "company", "person", "occurred_on", "quantity", "unit", "amount"),
    timeline="occurred_on",
    aliases=("expense", "cost to serve", "service cost"),
    fields=(
        f(
            "reference",
            "text",
            words("Reference", "참조", "参考号", "Referință", "אסמכתה"),
            searchable=True,
            aliases=("number", "subject", "description"),
        ),
        f.link("company", "company", COMPANY, aliases=("account", "customer", "customerid")),
        f.link("person", "person", PERSON, required_if="empty(company)", required_message=WHO, aliases=("contact",)),
        f(
            "kind",
            "choice",
            words("Kind", "종류", "类型", "Tip", "סוג"),
            required=True,
            options=KINDS,
            aliases=("cost type", "category"),
        ),
        f("quantity", "decimal", words("Quantity", "수량", "数量", "Cantitate", "כמות"), aliases=("hours", "qty")),
        f("unit", "text", words("Unit", "단위", "单位", "Unitate", "יחידה")),
        f(
            "amount",
            "money",
            AMOUNT,
            help=words(
                "Empty: the quantity at the rate of its kind.",
                "비워 두면 수량에 해당 종류의 단가를 적용합니다.",
                "留空则按该类型的费率乘以数量计算。",
                "Gol: cantitatea la tariful tipului.",
                "ריק: הכמות לפי התעריף של הסוג.",
            ),
            aliases=("cost", "expense", "value"),
        ),
        f(
            "occurred_on",
            "date",
            words("Day", "발생일", "发生日期", "Data", "תאריך"),
            required=True,
            aliases=("date", "occurred", "cost date"),
        ),
        f.link("activity", "activity", words("Activity", "활동", "活动", "Activitate", "פעילות")),
        f.link("ticket", "ticket", words("Ticket", "문의", "工单", "Tichet", "פנייה")),
        f.link("invoice", "invoice", INVOICE, aliases=("invoiceno", "invoice number")),
        f("note", "long_text", NOTE),
    ),
)
