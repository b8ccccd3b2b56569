"""What columns are called in the languages of the product, where their name tells what the file is about."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from visavis.features.imports.squash import squash
from visavis.features.imports.suggesting import words_of

IDS = frozenset({"id", "externalid", "recordid", "guid", "uuid", "key"})
_CUSTOMERS = (
    "customer", "client", "account", "subscriber", "member", "household", "buyer", "user", "company",
    "고객", "거래처", "客户", "顾客", "לקוח",
)  # fmt: skip
_ENDS = ("", "id", "no", "nr", "number", "code", "key", "번호", "코드", "编号", "号", "代码")
_BEFORE = ("", "id", "cod", "nr", "numar", "מספר", "קוד")
CUSTOMER_IDS = frozenset({w + end for w in _CUSTOMERS for end in _ENDS} | {b + w for w in _CUSTOMERS for b in _BEFORE})

PERIODS: Mapping[str, frozenset[str]] = {
    "date": frozenset({"date", "datum", "data", "날짜", "일자", "日期", "תאריך"}),
    "day": frozenset({"day", "zi", "ziua", "일", "יום"}),
    "week": frozenset({"week", "wk", "saptamana", "주", "주차", "周", "周次", "שבוע"}),
    "month": frozenset({"month", "mth", "yearmonth", "luna", "월", "月", "月份", "חודש"}),
    "period": frozenset({"period", "perioada", "기간", "期间", "期", "תקופה"}),
    "quarter": frozenset({"quarter", "qtr", "trimestru", "분기", "季度", "רבעון"}),
    "half": frozenset({"halfyear", "semester", "semestru", "반기", "半年", "מחצית"}),
    "year": frozenset({"year", "an", "anul", "년", "연도", "年", "年份", "年度", "שנה"}),
}
SALES = frozenset(
    {"amount", "revenue", "sales", "sale", "spend", "spent", "spending", "turnover", "value", "paid", "gmv", "total"}
    | {"charge", "charges", "fee", "fees", "billed", "payment", "payments"}
    | {"suma", "valoare", "vanzari", "매출", "매출액", "금액", "销售额", "金额", "收入", "מכירות", "סכום"}
)
QUANTITIES = frozenset(
    {"quantity", "qty", "units", "pieces", "volume", "cantitate", "bucati", "수량", "数量", "כמות", "יחידות"}
)
PRICES = frozenset({"price", "unitprice", "pret", "단가", "단위가격", "单价", "מחיר"})
GOODS = frozenset({"cogs", "costofgoods", "costofsales", "goodscost", "매출원가", "销售成本"})
COSTS: Mapping[str, frozenset[str]] = {
    "discount": frozenset({"discount", "discounts", "rebate", "rebates", "reducere", "할인", "折扣", "הנחה"}),
    "return": frozenset({"refund", "refunds", "retur", "반품", "退款", "החזר"}),
    "delivery": frozenset({"delivery", "shipping", "freight", "livrare", "transport", "배송비", "运费", "משלוח"}),
    "visit": frozenset({"visit", "visits", "travel", "vizite", "방문", "差旅", "ביקור"}),
    "campaign": frozenset(
        {"marketing", "campaign", "promotion", "promotions", "promo", "advertising", "ads", "mailing", "exp"}
        | {"expense", "expenses", "cheltuieli", "마케팅", "마케팅비", "광고비", "营销", "营销费用", "שיווק", "פרסום"}
    ),
    "other": frozenset({"cost", "costs", "비용", "费用", "成本", "עלות", "הוצאה", "הוצאות"}),
}


def is_customer(column: str) -> bool:
    """Whether the column tells by its name who the customer is."""
    return squash(column) in CUSTOMER_IDS or squash(column) in IDS


def means(column: str, words: Collection[str]) -> bool:
    """Whether the header is one of the words, or has one of them in it."""
    return squash(column) in words or not words_of(column).isdisjoint(words)
