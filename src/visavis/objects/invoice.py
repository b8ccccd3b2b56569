"""An invoice or a credit note."""

from visavis.catalogue import Object, Scope
from visavis.objects._declare import COMPANY, COUNTRY, INVOICE, NOTE, PERSON, Fields, choice, words

f = Fields("invoice")

invoice = Object(
    name="invoice",
    plural="invoices",
    label=INVOICE,
    label_plural=words("Invoices", "청구서", "发票", "Facturi", "חשבוניות"),
    icon="file-invoice",
    scope=Scope("via", ("company", "person")),
    title=("number",),
    sort="-issued_at",
    list=("number", "company", "kind", "status", "issued_at", "total", "country"),
    timeline="issued_at",
    aliases=("bill",),
    fields=(
        f(
            "number",
            "text",
            words("Number", "번호", "编号", "Număr", "מספר"),
            required=True,
            searchable=True,
            aliases=("invoiceno", "invoice", "invoice number"),
        ),
        f.link("company", "company", COMPANY, aliases=("customerid", "customer")),
        f.link("person", "person", PERSON),
        f(
            "kind",
            "choice",
            words("Kind", "종류", "类型", "Tip", "סוג"),
            options=(
                choice("invoice", INVOICE, "blue"),
                choice(
                    "credit_note",
                    words("Credit note", "대변 전표", "贷项通知单", "Notă de credit", "הודעת זיכוי"),
                    "orange",
                ),
            ),
        ),
        f(
            "status",
            "choice",
            words("Status", "상태", "状态", "Stare", "מצב"),
            options=(
                choice("draft", words("Draft", "초안", "草稿", "Ciornă", "טיוטה")),
                choice("open", words("Open", "미결", "未结", "Deschisă", "פתוחה"), "yellow"),
                choice("paid", words("Paid", "결제됨", "已付", "Plătită", "שולמה"), "teal"),
                choice("void", words("Void", "무효", "作废", "Anulată", "מבוטלת"), "gray", "cancelled"),
            ),
        ),
        f(
            "issued_at",
            "datetime",
            words("Issued", "발행일", "开票时间", "Emisă", "הופקה"),
            aliases=("invoicedate", "date", "invoice date"),
        ),
        f("due_on", "date", words("Due", "만기일", "到期日", "Scadentă", "לתשלום עד"), aliases=("due date",)),
        f("total", "money", words("Total", "합계", "合计", "Total", "סך הכול"), aliases=("amount",)),
        f("country", "text", COUNTRY),
        f("note", "long_text", NOTE),
    ),
)
