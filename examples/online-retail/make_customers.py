# ruff: noqa: E501, INP001
"""Write customers.csv: a made-up company and contact for each customer number of online_retail.parquet.

The same input gives the same output. Nobody in it exists; every address ends in example.com (RFC 2606).

    python examples/online-retail/make_customers.py
"""

from __future__ import annotations

import csv
import random
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq

HERE = Path(__file__).parent
HEADER = ("CustomerID", "Company", "Industry", "First name", "Last name", "E-mail", "Job title", "Country")


@dataclass(frozen=True)
class Culture:
    """Names of people, and how companies are called; other scripts with their Latin spelling behind a slash."""

    first: str
    last: str
    companies: tuple[str, ...]
    places: str


CULTURES = {
    "en": Culture(
        "Oliver Amelia George Isla Harry Ava Noah Emily Jack Grace Arthur Freya Leo Ivy Oscar Florence Theo Poppy Alfie Elsie"
        " Thomas Alice Henry Maisie Edward Sophie Daniel Ruby Samuel Hannah Joseph Eleanor Patrick Niamh Callum Fiona",
        "Smith Jones Taylor Brown Wilson Davies Evans Walker Wright Thompson White Green Hall Wood Harris Clarke Cooper Ward"
        " Turner Hughes Parker Bennett Cook Baker Palmer Mason Fletcher Hartley Ashworth Pemberton Whitaker Langley Thornton",
        ("{last} & {other}", "{place} {trade}", "{last} {trade}", "The {place} {trade} Company", "{last} and Daughters",
         "{place} Trading Ltd", "{last} Wholesale Ltd", "{trade} of {place}", "{last}'s {trade}"),
        "Bath York Leeds Bristol Harrogate Whitby Ludlow Totnes Durham Brighton Chester Norwich Exeter Lincoln Oxford Hastings"
        " Falmouth Keswick Stamford Winchester Cirencester Rye Cromer Hexham Malvern Tenby Oban Perth Stirling Bangor",
    ),
    "de": Culture(
        "Lukas Emma Finn Hannah Jonas Mia Felix Lena Paul Clara Maximilian Johanna Sebastian Katharina Jürgen Sabine",
        "Müller Schmidt Schneider Fischer Weber Wagner Becker Hoffmann Schäfer Koch Bauer Richter Klein Krüger Vogel Lindner",
        ("{last} {trade} GmbH", "{last} & {other} OHG", "{trade} {place} GmbH", "{last} Handels GmbH"),
        "Köln Bremen Lübeck Bonn Kassel Ulm Jena Graz Linz Basel Bern Luzern",
    ),
    "fr": Culture(
        "Gabriel Louise Jules Jade Hugo Chloé Louis Manon Adrien Camille Étienne Élodie Benoît Aurélie",
        "Martin Bernard Dubois Laurent Lefèvre Moreau Girard Fontaine Chevalier Rousseau Marchand Besson Lemaître",
        ("Maison {last}", "{last} et {other} SARL", "Les {trade} de {place}", "{trade} {last} SARL"),
        "Lyon Nantes Rennes Dijon Annecy Tours Bayonne Colmar Liège Namur Lausanne",
    ),
    "es": Culture(
        "Hugo Lucía Martín Sofía Pablo Carmen Álvaro Elena Javier Paula Íñigo Noelia",
        "García Fernández López Sánchez Romero Navarro Ortega Delgado Castro Vidal Iglesias Serrano",
        ("{trade} {last} SL", "Hermanos {last} SL", "{trade} de {place}", "{last} y {other} SL"),
        "Sevilla Bilbao Valencia Granada Oviedo Girona Salamanca Toledo",
    ),
    "pt": Culture(
        "João Maria Tiago Inês Diogo Beatriz Rui Leonor Gonçalo Catarina",
        "Silva Santos Ferreira Pereira Oliveira Costa Rodrigues Martins Carvalho Araújo",
        ("{last} & {other} Lda", "{trade} {place} Lda", "Casa {last}"),
        "Porto Braga Coimbra Évora Faro Aveiro",
    ),
    "it": Culture(
        "Leonardo Giulia Alessandro Aurora Matteo Chiara Lorenzo Francesca Niccolò Elisa",
        "Rossi Russo Ferrari Esposito Bianchi Colombo Ricci Marino Greco Conti",
        ("{last} & Figli Srl", "{trade} {place} Srl", "Casa {last} Srl"),
        "Torino Verona Bologna Parma Lucca Siena Padova",
    ),
    "nordic": Culture(
        "Erik Astrid Lars Ingrid Nils Freja Mikkel Sigrid Olav Solveig Aino Eino Björk Jón Kristín",
        "Andersson Johansson Nilsson Hansen Olsen Larsen Nielsen Sørensen Korhonen Virtanen Jónsdóttir Bergström Lindqvist",
        ("{last} {trade} AB", "{place} {trade} AS", "{last} & {other} Oy", "{place}s {trade}"),
        "Malmö Uppsala Bergen Tromsø Aarhus Odense Turku Tampere Reykjavík",
    ),
    "nl": Culture(
        "Daan Sanne Bram Fleur Sem Lotte Thijs Anouk Pieter Marieke",
        "de_Jong Jansen de_Vries van_den_Berg Bakker Visser Smit Meijer Mulder Bos",
        ("{trade} {last} BV", "{last} & Zonen BV", "{trade} {place} BV"),
        "Utrecht Haarlem Delft Leiden Gouda Brugge Gent",
    ),
    "pl": Culture(
        "Jakub Zuzanna Antoni Julia Szymon Maja Paweł Agnieszka Łukasz Małgorzata Tomáš Eliška Gintarė",
        "Nowak Kowalski Wiśniewski Wójcik Kamiński Zieliński Szymański Dąbrowski Novák Dvořák Kazlauskas",
        ("{last} i {other} Sp. z o.o.", "{trade} {place} Sp. z o.o.", "{trade} {last}"),
        "Kraków Gdańsk Poznań Wrocław Lublin Brno Vilnius",
    ),
    "el": Culture(
        "Γιώργος/Giorgos Μαρία/Maria Νίκος/Nikos Ελένη/Eleni Κώστας/Kostas Αθηνά/Athina",
        "Παπαδόπουλος/Papadopoulos Γεωργίου/Georgiou Νικολάου/Nikolaou Ιωάννου/Ioannou Δημητρίου/Dimitriou",
        ("{last} {trade}", "{trade} {place}"),
        "Athena Patras Volos Limassol Larnaca Valletta",
    ),
    "ja": Culture(
        "陽菜/Hina 蓮/Ren 美咲/Misaki 翔太/Shota 結衣/Yui 大輔/Daisuke",
        "佐藤/Sato 鈴木/Suzuki 高橋/Takahashi 田中/Tanaka 渡辺/Watanabe",
        ("株式会社{last}商店", "{last}雑貨店"),
        "Kyoto Nara Kobe",
    ),
    "he": Culture(
        "נועה/Noa איתי/Itay תמר/Tamar יונתן/Yonatan מיכל/Michal דוד/David שירה/Shira אורי/Uri",
        "כהן/Cohen לוי/Levi מזרחי/Mizrahi פרץ/Peretz ביטון/Biton פרידמן/Friedman אברהמי/Avrahami גולן/Golan",
        ("{last} ובניו בע״מ", "מתנות {last} בע״מ", "בית {last}", "{last} את {other} שיווק"),
        "Haifa Jaffa Netanya",
    ),
    "ko": Culture(
        "서연/Seoyeon 민준/Minjun 지우/Jiwoo 하윤/Hayoon 도윤/Doyoon 수빈/Subin 예준/Yejun 은지/Eunji",
        "김/Kim 이/Lee 박/Park 최/Choi 정/Jung 강/Kang 조/Cho 윤/Yoon",
        ("주식회사 {last}가상회", "{last}씨네 선물가게", "{last}앤{other} 무역", "한빛 {last} 유통"),
        "Seoul Busan",
    ),
    "zh": Culture(
        "伟/Wei 芳/Fang 娜/Na 敏/Min 静/Jing 磊/Lei 洋/Yang 秀英/Xiuying 志强/Zhiqiang 雪梅/Xuemei",
        "王/Wang 李/Li 张/Zhang 刘/Liu 陈/Chen 杨/Yang 赵/Zhao 黄/Huang",
        ("{last}氏礼品有限公司", "{last}记百货", "{last}{other}贸易有限公司", "金福{last}家居"),
        "Hong_Kong Singapore",
    ),
    "ro": Culture(
        "Andrei Ioana Mihai Elena Ștefan Ana-Maria Cristian Raluca Răzvan Mădălina Gheorghe Cătălina",
        "Popescu Ionescu Dumitru Stan Șerban Țurcanu Munteanu Rusu Dinu Brâncoveanu Văcărescu",
        ("{last} & Fiii SRL", "{trade} {place} SRL", "Casa {last} SRL", "{last} Comerț SRL"),
        "Cluj Brașov Iași Sibiu Timișoara Oradea",
    ),
}  # fmt: skip

BY_COUNTRY = {
    "Germany": "de", "Austria": "de", "Switzerland": "de", "France": "fr", "Belgium": "fr", "Spain": "es", "Brazil": "pt",
    "Portugal": "pt", "Italy": "it", "Sweden": "nordic", "Norway": "nordic", "Denmark": "nordic", "Finland": "nordic",
    "Iceland": "nordic", "Netherlands": "nl", "Poland": "pl", "Czech Republic": "pl", "Lithuania": "pl", "Greece": "el",
    "Cyprus": "el", "Malta": "el", "Japan": "ja", "Israel": "he", "Hong Kong": "zh", "Singapore": "zh", "Canada": "fr",
}  # fmt: skip
AT_HOME_ABROAD = {7: "ko", 19: "zh", 31: "ro", 43: "he"}
TRADES = {
    "Gift shop": "Gifts", "Florist": "Flowers", "Toy shop": "Toys", "Homeware": "Homewares", "Stationery": "Paper",
    "Garden centre": "Gardens", "Café": "Tea Rooms", "Party supplies": "Parties", "Department store": "Stores",
    "Craft supplies": "Crafts", "Interior design": "Interiors", "Wholesale": "Wholesale",
}  # fmt: skip
TITLES = ("Owner", "Buyer", "Head of purchasing", "Store manager", "Managing director", "Office manager", "Partner")
WORDS = {"en": {}, "de": {"Gifts": "Geschenke", "Flowers": "Blumen", "Toys": "Spielwaren", "Paper": "Papier"},
         "fr": {"Gifts": "Cadeaux", "Flowers": "Fleurs", "Toys": "Jouets", "Paper": "Papeterie"},
         "es": {"Gifts": "Regalos", "Flowers": "Flores", "Toys": "Juguetes", "Paper": "Papelería"},
         "ro": {"Gifts": "Cadouri", "Flowers": "Flori", "Toys": "Jucării", "Paper": "Papetărie"}}  # fmt: skip


def customers() -> list[tuple[int, str]]:
    """(customer number, country of its first invoice), in order."""
    table = pq.read_table(HERE / "online_retail.parquet", columns=["CustomerID", "Country"])
    known = table.filter(pc.is_valid(table["CustomerID"]))
    first = known.group_by("CustomerID", use_threads=False).aggregate([("Country", "first")])
    return sorted(zip(first["CustomerID"].to_pylist(), first["Country_first"].to_pylist(), strict=True))


def culture_of(number: int, country: str) -> str:
    return BY_COUNTRY.get(country) or AT_HOME_ABROAD.get(number % 53, "en")


def native(name: str) -> str:
    return name.partition("/")[0].replace("_", " ")


def latin(name: str) -> str:
    """Letters of ASCII, for an address."""
    spelled = name.rpartition("/")[2]
    for letter, plain in (("ł", "l"), ("Ł", "L"), ("ø", "o"), ("Ø", "O"), ("ß", "ss"), ("æ", "ae"), ("ð", "d")):
        spelled = spelled.replace(letter, plain)
    bare = unicodedata.normalize("NFKD", spelled)
    return "".join(c for c in bare if c.isascii() and c.isalpha()).lower()


def rows() -> Iterator[tuple[object, ...]]:
    taken: set[str] = set()
    for number, country in customers():
        draw = random.Random(number)  # noqa: S311 - names, no secrets
        code = culture_of(number, country)
        culture = CULTURES[code]
        first, last = draw.choice(culture.first.split()), draw.choice(culture.last.split())
        industry, trade = draw.choice(list(TRADES.items()))
        company = _company(draw, culture, WORDS.get(code, {}).get(trade, trade), taken)
        mail = f"{latin(first)}.{latin(last)}.{number}@example.com"
        yield number, company, industry, native(first), native(last), mail, draw.choice(TITLES), country


def _company(draw: random.Random, culture: Culture, trade: str, taken: set[str]) -> str:
    """A name that no other customer has."""
    lasts = culture.last.split()
    name = ""
    for attempt in range(200):
        last, other = draw.sample(lasts, 2)
        places = draw.sample(culture.places.split(), 2)
        name = draw.choice(culture.companies).format(
            last=native(last), other=native(other), place=native(places[0]), trade=trade
        )
        if attempt > 5:
            name = f"{name}, {native(places[1])}"
        if attempt > 60:
            name = f"{name} {attempt}"
        if name not in taken:
            break
    taken.add(name)
    return name


def main() -> None:
    with (HERE / "customers.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADER)
        writer.writerows(rows())


if __name__ == "__main__":
    main()
