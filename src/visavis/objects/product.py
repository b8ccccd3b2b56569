"""What is sold."""

from visavis.catalogue import Object, Scope
from visavis.objects._declare import NAME, PRODUCT, Fields, words

f = Fields("product")

product = Object(
    name="product",
    plural="products",
    label=PRODUCT,
    label_plural=words("Products", "제품", "产品", "Produse", "מוצרים"),
    icon="package",
    scope=Scope("open"),
    who_writes="managers",
    title=("name",),
    sort="name",
    list=("name", "code", "category", "price", "cost", "active"),
    aliases=("item",),
    fields=(
        f("name", "text", NAME, required=True, searchable=True, aliases=("product", "description", "product name")),
        f("code", "text", words("Code", "코드", "编码", "Cod", "קוד"), searchable=True, aliases=("stockcode", "sku")),
        f("category", "text", words("Category", "분류", "类别", "Categorie", "קטגוריה"), aliases=("series", "family")),
        f("price", "money", words("Price", "가격", "价格", "Preț", "מחיר"), aliases=("sales_price", "unit price")),
        f("cost", "money", words("Cost", "원가", "成本", "Cost", "עלות")),
        f("active", "boolean", words("Active", "판매 중", "在售", "Activ", "פעיל")),
    ),
)
