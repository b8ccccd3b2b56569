"""What analysis says of how a customer buys: churn, steadiness, groups, preferences, the next offer."""

from __future__ import annotations

from visavis.catalogue import Field, Labels, Option
from visavis.catalogue.formulas import Reads
from visavis.objects._declare import Fields, choice, words
from visavis.objects._reads import BAND, CATEGORY, CHANNEL, DAY, MARGIN, PRODUCT, VALUE

CHURN_STATES = (
    choice("active", words("Active", "활동 중", "活跃", "Activ", "פעיל"), "teal"),
    choice("slipping", words("Slipping away", "이탈 조짐", "正在流失", "Se îndepărtează", "מתרחק"), "orange"),
    choice("lapsed", words("Lapsed", "이탈", "已流失", "Pierdut", "נטש"), "red"),
)

XYZ_CLASSES = (
    choice("X", words("X: steady", "X: 안정", "X：稳定", "X: constant", "X: יציב"), "teal"),
    choice("Y", words("Y: varying", "Y: 변동", "Y：波动", "Y: variabil", "Y: משתנה"), "blue"),
    choice("Z", words("Z: irregular", "Z: 불규칙", "Z：不规则", "Z: neregulat", "Z: לא סדיר"), "gray"),
)

_RECENT = {
    "recent": words("Recent", "최근", "近期", "Recent", "לאחרונה"),
    "past": words("Long ago", "오래전", "较久以前", "Demult", "מזמן"),
}
_OFTEN = {
    "often": words("often", "자주", "频繁", "des", "לעיתים קרובות"),
    "seldom": words("seldom", "드물게", "偶尔", "rar", "לעיתים רחוקות"),
}
_MUCH = {
    "high": words("high spend", "높은 지출", "高消费", "cheltuieli mari", "הוצאה גבוהה"),
    "low": words("low spend", "낮은 지출", "低消费", "cheltuieli mici", "הוצאה נמוכה"),
}
_COLORS = ("teal", "cyan", "blue", "indigo", "orange", "yellow", "red", "gray")
PROFILES = tuple(
    choice(
        f"{recent}_{often}_{much}",
        {
            language: ", ".join(part[language] for part in (_RECENT[recent], _OFTEN[often], _MUCH[much]))
            for language in _MUCH[much]
        },
        color,
    )
    for color, (recent, often, much) in zip(
        _COLORS, ((r, o, m) for r in _RECENT for o in _OFTEN for m in _MUCH), strict=True
    )
)

BANDS = (
    choice("low", words("Lower prices", "낮은 가격대", "低价位", "Prețuri mici", "מחירים נמוכים"), "gray"),
    choice("middle", words("Middle prices", "중간 가격대", "中价位", "Prețuri medii", "מחירים בינוניים"), "blue"),
    choice("high", words("Higher prices", "높은 가격대", "高价位", "Prețuri mari", "מחירים גבוהים"), "teal"),
)

WEEKDAYS = (
    choice("sunday", words("Sunday", "일요일", "星期日", "duminică", "יום ראשון")),
    choice("monday", words("Monday", "월요일", "星期一", "luni", "יום שני")),
    choice("tuesday", words("Tuesday", "화요일", "星期二", "marți", "יום שלישי")),
    choice("wednesday", words("Wednesday", "수요일", "星期三", "miercuri", "יום רביעי")),
    choice("thursday", words("Thursday", "목요일", "星期四", "joi", "יום חמישי")),
    choice("friday", words("Friday", "금요일", "星期五", "vineri", "יום שישי")),
    choice("saturday", words("Saturday", "토요일", "星期六", "sâmbătă", "שבת")),
)

CHANNELS = (
    choice("call", words("Call", "전화", "电话", "Apel", "שיחה")),
    choice("email", words("E-mail", "이메일", "电子邮件", "E-mail", "דוא״ל")),
    choice("meeting", words("Meeting", "회의", "会议", "Întâlnire", "פגישה")),
    choice("visit", words("Visit", "방문", "拜访", "Vizită", "ביקור")),
    choice("chat", words("Chat", "채팅", "聊天", "Chat", "צ׳אט")),
    choice("web", words("Web", "웹", "网页", "Web", "אתר")),
    choice("social", words("Social media", "소셜 미디어", "社交媒体", "Rețele sociale", "רשתות חברתיות")),
)

PREFERENCES: tuple[tuple[str, str, Labels, tuple[Option, ...], Reads], ...] = (
    (
        "preferred_product",
        "text",
        words("Favourite product", "선호 제품", "偏好产品", "Produs preferat", "מוצר מועדף"),
        (),
        PRODUCT,
    ),
    (
        "preferred_category",
        "text",
        words("Favourite category", "선호 분류", "偏好类别", "Categorie preferată", "קטגוריה מועדפת"),
        (),
        CATEGORY,
    ),
    ("price_band", "choice", words("Price band", "가격대", "价位", "Nivel de preț", "רמת מחיר"), BANDS, BAND),
    (
        "preferred_weekday",
        "choice",
        words("Favourite weekday", "선호 요일", "偏好星期", "Zi preferată", "יום מועדף"),
        WEEKDAYS,
        DAY,
    ),
    (
        "preferred_channel",
        "choice",
        words("Favourite channel", "선호 채널", "偏好渠道", "Canal preferat", "ערוץ מועדף"),
        CHANNELS,
        CHANNEL,
    ),
)


def behaviour_fields(f: Fields) -> tuple[Field, ...]:
    """Churn, steadiness, groups, preferences and the next offer, in that order."""
    return (*_churn(f), *_groups(f), *_preferences(f), *_next_offer(f))


def _next_offer(f: Fields) -> tuple[Field, ...]:
    return (
        f.derived(
            "next_product",
            "text",
            words("Next best product", "다음 추천 제품", "下一推荐产品", "Următorul produs", "המוצר הבא"),
            "next_offer",
            reads=(*PRODUCT, *DAY),
        ),
        f.derived(
            "next_product_chance",
            "percent",
            words(
                "Chance of the next product",
                "다음 제품 구매 확률",
                "下一产品的购买概率",
                "Șansa următorului produs",
                "סיכוי למוצר הבא",
            ),
            "next_offer",
            reads=(*PRODUCT, *DAY),
        ),
        f.derived(
            "next_offer_value",
            "money",
            words(
                "Value of the next offer",
                "다음 제안의 가치",
                "下一报价的价值",
                "Valoarea următoarei oferte",
                "ערך ההצעה הבאה",
            ),
            "next_offer",
            reads=(*PRODUCT, *DAY, *MARGIN),
        ),
    )


def _preferences(f: Fields) -> tuple[Field, ...]:
    sure = words("how sure", "확실성", "把握", "siguranță", "ודאות")
    found: list[Field] = []
    for name, kind, label, options, reads in PREFERENCES:
        more = {"options": options} if options else {}
        both = {language: f"{text}, {sure[language]}" for language, text in label.items()}
        found += [
            f.derived(name, kind, label, "preference", reads=reads, **more),
            f.derived(f"{name}_sure", "percent", both, "preference", reads=reads),
        ]
    return tuple(found)


def _churn(f: Fields) -> tuple[Field, ...]:
    return (
        f.derived(
            "churn_probability",
            "percent",
            words("Risk of losing", "이탈 위험도", "流失概率", "Risc de pierdere", "סיכון לנטישה"),
            "churn",
            reads=VALUE,
        ),
        f.derived(
            "leave_probability",
            "percent",
            words("Chance to leave", "이탈 확률", "离开概率", "Șansa de plecare", "סיכוי לעזיבה"),
            "leaving",
            reads=(),
        ),
        f.derived(
            "churn_state",
            "choice",
            words("Buying state", "구매 상태", "购买状态", "Starea cumpărării", "מצב הקנייה"),
            "churn",
            reads=DAY,
            options=CHURN_STATES,
        ),
    )


def _groups(f: Fields) -> tuple[Field, ...]:
    return (
        f.derived(
            "xyz_class",
            "choice",
            words("XYZ class", "XYZ 등급", "XYZ 类别", "Clasa XYZ", "דירוג XYZ"),
            "xyz",
            reads=VALUE,
            options=XYZ_CLASSES,
        ),
        f.derived(
            "xyz_variation",
            "decimal",
            words(
                "Variation of monthly sales",
                "월 매출 변동",
                "月销售波动",
                "Variația vânzărilor lunare",
                "תנודתיות המכירות החודשיות",
            ),
            "xyz",
            reads=VALUE,
        ),
        f.derived("cluster", "integer", words("Cluster", "군집", "聚类", "Grup", "אשכול"), "clusters", reads=VALUE),
        f.derived(
            "cluster_profile",
            "choice",
            words("Cluster profile", "군집 특성", "聚类特征", "Profilul grupului", "פרופיל האשכול"),
            "clusters",
            reads=VALUE,
            options=PROFILES,
        ),
    )
