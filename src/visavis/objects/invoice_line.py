"""One line of an invoice. Returns have a negative quantity and amount."""

from visavis.catalogue import Object, Scope
from visavis.objects._declare import AMOUNT, INVOICE, PRODUCT, Fields, words

f = Fields("invoice_line")

invoice_line = Object(
    name="invoice_line",
    plural="invoice-lines",
    label=words("Invoice line", "청구 항목", "发票明细", "Linie de factură", "שורת חשבונית"),
    label_plural=words("Invoice lines", "청구 항목", "发票明细", "Linii de factură", "שורות חשבונית"),
    icon="list-details",
    scope=Scope("via", ("invoice",)),
    title=("description",),
    sort="position",
    list=("invoice", "position", "product", "description", "quantity", "unit_price", "amount"),
    fields=(
        f.link("invoice", "invoice", INVOICE, required=True, aliases=("invoiceno",)),
        f.link("product", "product", PRODUCT, aliases=("stockcode",)),
        f("position", "integer", words("Position", "순번", "序号", "Poziție", "מיקום")),
        f("description", "text", words("Description", "설명", "说明", "Descriere", "תיאור")),
        f("quantity", "decimal", words("Quantity", "수량", "数量", "Cantitate", "כמות")),
        f(
            "unit_price",
            "money",
            words("Unit price", "단가", "单价", "Preț unitar", "מחיר יחידה"),
            aliases=("unitprice",),
        ),
        f("amount", "money", AMOUNT),
        f("cost", "money", words("Cost", "원가", "成本", "Cost", "עלות")),
    ),
)
