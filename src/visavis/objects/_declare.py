"""Short words for declaring record types."""

from __future__ import annotations

from typing import Any

from visavis.catalogue import Field, Labels, Option
from visavis.catalogue.formulas import Reads


def words(en: str, ko: str, zh: str, ro: str, he: str) -> Labels:
    """One label in the five languages."""
    return {"en": en, "ko": ko, "zh": zh, "ro": ro, "he": he}


def choice(value: str, label: Labels, color: str = "gray", *aliases: str) -> Option:
    return Option(value, label, color, aliases)


class Fields:
    """Declares the fields of one object; the stable id is ``object.field``."""

    def __init__(self, object_name: str) -> None:
        self._object = object_name

    def __call__(self, name: str, type_name: str, label: Labels, **more: Any) -> Field:
        return Field(id=f"{self._object}.{name}", name=name, type=type_name, label=label, **more)

    def link(self, name: str, target: str, label: Labels, **more: Any) -> Field:
        return self(name, "relation", label, target=target, **more)

    def user(self, name: str, label: Labels, **more: Any) -> Field:
        return self(name, "user", label, target="user", **more)

    def derived(self, name: str, type_name: str, label: Labels, method: str, *, reads: Reads, **more: Any) -> Field:
        return self(name, type_name, label, derived=True, method=method, source="insight", reads=reads, **more)


OWNER = words("Owner", "담당자", "负责人", "Responsabil", "אחראי")
TEAM = words("Team", "팀", "团队", "Echipă", "צוות")
NAME = words("Name", "이름", "名称", "Nume", "שם")
NOTE = words("Note", "메모", "备注", "Notă", "הערה")
COUNTRY = words("Country", "국가", "国家", "Țară", "מדינה")
COMPANY = words("Company", "회사", "公司", "Companie", "חברה")
PERSON = words("Person", "사람", "人员", "Persoană", "אדם")
PRODUCT = words("Product", "제품", "产品", "Produs", "מוצר")
INVOICE = words("Invoice", "청구서", "发票", "Factură", "חשבונית")
PHONE = words("Phone", "전화", "电话", "Telefon", "טלפון")
EMAIL = words("E-mail", "이메일", "电子邮件", "E-mail", "דוא״ל")
ADDRESS = words("Address", "주소", "地址", "Adresă", "כתובת")
AMOUNT = words("Amount", "금액", "金额", "Sumă", "סכום")
VALID_FROM = words("From", "시작일", "开始", "De la", "מתאריך")
VALID_TO = words("To", "종료일", "结束", "Până la", "עד תאריך")
WHO = words(
    "Choose a person or a company.",
    "사람이나 회사를 선택하세요.",
    "请选择人员或公司。",
    "Alegeți o persoană sau o companie.",
    "בחרו אדם או חברה.",
)
