"""A call, a meeting, a visit, a task or a note."""

from visavis.catalogue import Object, Scope
from visavis.objects._declare import COMPANY, EMAIL, NOTE, OWNER, PERSON, TEAM, Fields, choice, words

f = Fields("activity")

activity = Object(
    name="activity",
    plural="activities",
    label=words("Activity", "활동", "活动", "Activitate", "פעילות"),
    label_plural=words("Activities", "활동", "活动", "Activități", "פעילויות"),
    icon="calendar-event",
    scope=Scope("own"),
    title=("subject",),
    sort="-at",
    list=("kind", "subject", "at", "due_at", "done_at", "company", "person", "owner"),
    timeline="at",
    aliases=("task", "event", "engagement"),
    fields=(
        f(
            "kind",
            "choice",
            words("Kind", "종류", "类型", "Tip", "סוג"),
            required=True,
            options=(
                choice("call", words("Call", "통화", "通话", "Apel", "שיחה"), "blue"),
                choice("meeting", words("Meeting", "회의", "会议", "Întâlnire", "פגישה"), "violet"),
                choice("visit", words("Visit", "방문", "拜访", "Vizită", "ביקור"), "pink", "site visit"),
                choice("task", words("Task", "할 일", "任务", "Sarcină", "משימה"), "yellow"),
                choice("note", NOTE, "gray"),
                choice("email", EMAIL, "cyan", "mail", "incoming_email", "forwarded_email"),
            ),
        ),
        f("subject", "text", words("Subject", "제목", "主题", "Subiect", "נושא"), required=True, searchable=True),
        f("body", "long_text", words("Text", "내용", "内容", "Text", "תוכן")),
        f("at", "datetime", words("When", "일시", "时间", "Când", "מתי")),
        f("due_at", "datetime", words("Due", "기한", "截止时间", "Termen", "לביצוע עד")),
        f("done_at", "datetime", words("Done", "완료", "完成时间", "Finalizat", "בוצע")),
        f(
            "minutes",
            "decimal",
            words("Duration, minutes", "소요 시간(분)", "时长（分钟）", "Durată, minute", "משך בדקות"),
            aliases=("duration", "duration minutes", "durationinminutes", "minutes spent"),
        ),
        f.link("company", "company", COMPANY),
        f.link("person", "person", PERSON),
        f.link("deal", "deal", words("Deal", "거래", "商机", "Oportunitate", "עסקה")),
        f.link("ticket", "ticket", words("Ticket", "문의", "工单", "Tichet", "פנייה")),
        f.user("owner", OWNER),
        f.link("team", "team", TEAM),
    ),
)
