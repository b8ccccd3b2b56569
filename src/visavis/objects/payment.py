"""Money received for an invoice."""

from visavis.catalogue import Object, Scope
from visavis.objects._declare import AMOUNT, COMPANY, INVOICE, PERSON, Fields, choice, words

f = Fields("payment")

payment = Object(
    name="payment",
    plural="payments",
    label=words("Payment", "결제", "付款", "Plată", "תשלום"),
    label_plural=words("Payments", "결제", "付款", "Plăți", "תשלומים"),
    icon="cash",
    scope=Scope("via", ("company", "person", "invoice")),
    title=("reference",),
    sort="-paid_on",
    list=("reference", "invoice", "company", "paid_on", "amount", "method"),
    timeline="paid_on",
    fields=(
        f("reference", "text", words("Reference", "참조", "参考号", "Referință", "אסמכתה"), searchable=True),
        f.link("invoice", "invoice", INVOICE),
        f.link("company", "company", COMPANY),
        f.link("person", "person", PERSON),
        f("paid_on", "date", words("Paid on", "결제일", "付款日期", "Plătit la", "שולם בתאריך")),
        f("amount", "money", AMOUNT),
        f(
            "method",
            "choice",
            words("Method", "방법", "方式", "Metodă", "אמצעי"),
            options=(
                choice("transfer", words("Transfer", "이체", "转账", "Transfer", "העברה")),
                choice("card", words("Card", "카드", "银行卡", "Card", "כרטיס")),
                choice("cash", words("Cash", "현금", "现金", "Numerar", "מזומן")),
                choice("other", words("Other", "기타", "其他", "Alta", "אחר")),
            ),
        ),
    ),
)
