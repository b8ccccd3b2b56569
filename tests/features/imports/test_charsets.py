"""Real letters in the bytes of each code page, found out from the bytes alone."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from babel import Locale

from visavis.features.imports import charsets, detect
from visavis.features.imports.options import Options
from visavis.features.imports.reading import format_of, look, open_source
from visavis.kernel.errors import Invalid

Make = Callable[[str, str | bytes], Path]
_CEDILLA = str.maketrans("ȘșȚț", "ŞşŢţ")

ADDRESSES = {
    "cp949": [
        ("김민수", "서울특별시 강남구 테헤란로 152", "삼성전자 주식회사"),
        ("이영희", "부산광역시", "현대중공업"),
    ],
    "gb18030": [("王小明", "北京市朝阳区建国路88号", "华为技术有限公司"), ("李娜", "上海市浦东新区", "中国工商银行")],
    "cp1255": [("דוד כהן", "רחוב הרצל 15, חיפה", "טבע תעשיות"), ("רחל לוי", "שדרות רוטשילד, תל אביב", "בנק הפועלים")],
    "cp1251": [("Иванов Иван", "Санкт-Петербург, Невский", "ООО «Ромашка»"), ("Петрова Анна", "Москва", "Газпром")],
    "cp1250": [("Ionuţ Şerban", "Strada Ştefan, Braşov", "Întreprindere Mică"), ("Ána Dvořák", "Łódź", "Kőbánya")],
    "cp1252": [("José Muñoz", "Calle Ángel Núñez, Málaga", "Señor Café"), ("Jürgen Groß", "Köln", "Müller & Söhne")],
    "big5": [("陳美玲", "臺北市信義區市府路", "台灣積體電路製造股份有限公司"), ("林志明", "高雄市", "鴻海精密工業")],
    "cp932": [("山田太郎", "東京都千代田区丸の内", "トヨタ自動車株式会社"), ("鈴木花子", "大阪市", "パナソニック")],
    "cp1253": [("Γιώργος", "Λεωφόρος Συγγρού, Αθήνα", "Εθνική Τράπεζα"), ("Ελένη", "Θεσσαλονίκη", "ΟΤΕ")],
    "koi8_r": [("Иванов Иван", "Санкт-Петербург, Невский", "Ответственность"), ("Анна", "Москва", "Газпром")],
}


def table(rows: list[tuple[str, str, str]], delimiter: str = ",") -> str:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
    writer.writerows([("Name", "Address", "Company"), *rows])
    return text.getvalue()


@pytest.mark.parametrize("encoding", ADDRESSES)
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_two_addresses_are_enough(make: Make, encoding: str, delimiter: str) -> None:
    text = table(ADDRESSES[encoding], delimiter)
    path = make("a.csv", text.encode(encoding))
    options = look(path, "csv", {})
    assert (options.encoding, options.delimiter) == (encoding, delimiter)
    cells = [tuple(row.values()) for b in open_source(path, "csv", options).batches() for row in b.cells.to_pylist()]
    assert cells == ADDRESSES[encoding]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("written", ADDRESSES)
def test_unicode_with_and_without_mark(make: Make, encoding: str, written: str) -> None:
    text = table(ADDRESSES[written])
    path = make("a.csv", text.encode(encoding))
    assert path.read_bytes().decode(detect.encoding_of(path)).lstrip("\ufeff") == text


LANGUAGES = {
    "ko": "cp949", "zh_Hans": "gb18030", "he": "cp1255", "ru": "cp1251", "uk": "cp1251", "bg": "cp1251", "ro": "cp1250",
    "pl": "cp1250", "cs": "cp1250", "hu": "cp1250", "de": "cp1252", "fr": "cp1252", "es": "cp1252",
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_languages_written_in_time_zone_names(language: str) -> None:
    """Names of cities and zones, which the models have not seen."""
    names = [zone["city"] for zone in Locale.parse(language).time_zones.values() if "city" in zone]
    right = total = 0
    for start in range(0, len(names) - 30, 30):
        raw = "\n".join(names[start : start + 30]).translate(_CEDILLA).encode(LANGUAGES[language], "ignore")
        if not raw.isascii():
            total += 1
            right += raw.decode(charsets.best(raw)) == raw.decode(LANGUAGES[language])
    assert total and right >= total * 0.8, (right, total)


def test_one_damaged_letter_makes_no_other_encoding(make: Make) -> None:
    body = table([("김민수", "서울", "삼성")] * 200).encode() + b"x,caf\xe9,y\r\n"
    path = make("a.csv", body)
    assert detect.encoding_of(path) == "utf-8"
    with pytest.raises(Invalid, match="In line 202 some letters cannot be read as utf-8"):
        list(open_source(path, "csv", Options()).batches())


def test_letters_far_down_count(make: Make) -> None:
    path = make("a.csv", b"a,b\n" + b"plain,text\n" * 200_000 + table(ADDRESSES["cp1255"]).encode("cp1255"))
    assert detect.encoding_of(path) == "cp1255"


NUMBERS = {
    ",": ["1.234,56", "0,5", "12"],
    ".": ["1,234.56", "0.5", "12"],
    ", ": ["1 234,56", "1\u00a0234,56", "1\u202f234,56", "0,5"],
    ".'": ["1'234.56", "1’234.56", "12.5"],
}


@pytest.mark.parametrize("style", NUMBERS)
def test_styles_of_numbers(make: Make, style: str) -> None:
    path = make("a.csv", "\n".join(["n", *(f'"{number}"' for number in NUMBERS[style])]) + "\n")
    assert look(path, format_of(path.name), {}).decimal == style[0]
