"""A question or a complaint of a customer, until it is answered."""

from visavis.catalogue import Object, Scope
from visavis.objects._declare import COMPANY, OWNER, PERSON, PRODUCT, TEAM, Fields, choice, words

f = Fields("ticket")

STATUSES = (
    choice("new", words("New", "신규", "新建", "Nou", "חדש"), "blue", "created"),
    choice(
        "open", words("Open", "진행 중", "处理中", "Deschis", "פתוח"), "indigo", "in progress", "working", "assigned"
    ),
    choice(
        "waiting",
        words("Waiting for customer", "고객 답변 대기", "等待客户", "Așteaptă clientul", "ממתין ללקוח"),
        "yellow",
        "pending",
        "pending customer response",
        "waiting on contact",
        "pending input",
        "on hold",
    ),
    choice("solved", words("Solved", "해결됨", "已解决", "Rezolvat", "נפתר"), "teal", "resolved"),
    choice("closed", words("Closed", "종료", "已关闭", "Închis", "סגור"), "gray", "rejected", "duplicate", "done"),
)

PRIORITIES = (
    choice("low", words("Low", "낮음", "低", "Scăzută", "נמוכה"), "gray", "p3"),
    choice("normal", words("Normal", "보통", "普通", "Normală", "רגילה"), "blue", "medium", "p2"),
    choice("high", words("High", "높음", "高", "Ridicată", "גבוהה"), "orange", "p1"),
    choice("urgent", words("Urgent", "긴급", "紧急", "Urgentă", "דחופה"), "red", "critical", "p0"),
)

ticket = Object(
    name="ticket",
    plural="tickets",
    label=words("Ticket", "문의", "工单", "Tichet", "פנייה"),
    label_plural=words("Tickets", "문의", "工单", "Tichete", "פניות"),
    icon="ticket",
    scope=Scope("own"),
    title=("subject",),
    sort="-opened_at",
    list=("subject", "status", "priority", "category", "company", "person", "opened_at", "closed_at", "owner"),
    timeline="opened_at",
    aliases=("case", "support ticket", "issue"),
    fields=(
        f(
            "subject",
            "text",
            words("Subject", "제목", "主题", "Subiect", "נושא"),
            required=True,
            searchable=True,
            aliases=("ticket name", "ticket subject", "title"),
        ),
        f(
            "body",
            "long_text",
            words("Text", "내용", "内容", "Text", "תוכן"),
            aliases=("description", "ticket description", "content"),
        ),
        f(
            "status",
            "choice",
            words("Status", "상태", "状态", "Stare", "סטטוס"),
            options=STATUSES,
            aliases=("ticket status", "stage", "state"),
        ),
        f(
            "priority",
            "choice",
            words("Priority", "우선순위", "优先级", "Prioritate", "עדיפות"),
            options=PRIORITIES,
            aliases=("ticket priority",),
        ),
        f(
            "category",
            "text",
            words("Category", "분류", "类别", "Categorie", "קטגוריה"),
            aliases=("ticket type", "ticket category", "type"),
        ),
        f(
            "channel",
            "text",
            words("Channel", "채널", "渠道", "Canal", "ערוץ"),
            aliases=("ticket channel", "origin", "source"),
        ),
        f.link("company", "company", COMPANY, aliases=("account", "account name", "organization")),
        f.link("person", "person", PERSON, aliases=("contact", "customer email", "requester")),
        f.link("deal", "deal", words("Deal", "거래", "商机", "Oportunitate", "עסקה")),
        f.link("product", "product", PRODUCT, aliases=("product purchased",)),
        f(
            "opened_at",
            "datetime",
            words("Opened", "접수 일시", "创建时间", "Deschis la", "נפתחה"),
            aliases=("created date", "create date", "date created", "created at"),
        ),
        f(
            "first_reply_at",
            "datetime",
            words("First reply", "첫 답변", "首次回复", "Primul răspuns", "מענה ראשון"),
            aliases=("first response time", "first agent reply date"),
        ),
        f(
            "closed_at",
            "datetime",
            words("Closed", "종료 일시", "关闭时间", "Închis la", "נסגרה"),
            aliases=("close date", "closed date", "time to resolution"),
        ),
        f(
            "satisfaction",
            "decimal",
            words("Satisfaction", "만족도", "满意度", "Satisfacție", "שביעות רצון"),
            aliases=("customer satisfaction rating", "csat", "satisfaction rating"),
        ),
        f(
            "solution",
            "long_text",
            words("Solution", "해결 방법", "解决方案", "Soluție", "פתרון"),
            aliases=("resolution",),
        ),
        f.user("owner", OWNER, aliases=("ticket owner", "case owner", "assignee")),
        f.link("team", "team", TEAM),
    ),
)
