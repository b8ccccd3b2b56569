"""Names of people and companies in several languages and scripts, put together from lists; no real person is meant."""

from __future__ import annotations

from itertools import product

_FIRST = {
    "en": "James Mary Robert Patricia John Jennifer Michael Linda David Elizabeth William Barbara Richard Susan Joseph"
    "Jessica Thomas Sarah Charles Karen Daniel Nancy Matthew Lisa Anthony Betty Mark Margaret Zoë Siobhán",
    "ro": "Andrei Maria Alexandru Ioana Ștefan Elena Mihai Ana Ionuț Gabriela Cristian Andreea Răzvan Mădălina Vlad"
    "Ileana Florin Raluca Bogdan Simona Cătălin Oana Dănuț Mihaela Ţepeş Anişoara Tudor Crina Rareș Lăcrămioara",
    "de": "Jürgen Käthe Hans Ursula Günter Renate Klaus Monika Wolfgang Petra Jörg Sabine Uwe Heike Björn Birgit Lukas"
    "Anna Leon Lea Finn Emma Jonas Hanna Paul Lina Felix Mia Maximilian Sophie",
    "fr": "François Amélie Jean Françoise Hélène Michel Chloé Pierre Zoé Étienne Nathalie Luc Céline André Inès Léa"
    "Gaël Noémie René Aurélie Rémi Margaux Loïc Agnès Cédric Maëlle Benoît Élodie Thibault Justine",
    "es": "José María Antonio Carmen Jesús Ana Ángel Lucía Andrés Sofía Íñigo Begoña Nicolás Elena Joaquín Pilar Raúl"
    "Inés Martín Noelia Óscar Rocío Iván Verónica Tomás Mónica Adrián Belén Félix Rosario",
    "pl": "Łukasz Agnieszka Paweł Małgorzata Michał Katarzyna Wojciech Joanna Grzegorz Zofia Rafał Barbara Krzysztof"
    "Ewa Tomasz Magdalena Piotr Kinga Marcin Żaneta Jakub Śląwomira Bartosz Alicja Kamil Beata",
}
_FAMILY = {
    "en": ("Ash Bar Black Brad Carl Clif Dal East Ful Gar Hart Hol Ken Lang Mil New Nor Pres Rad Stan Thorn Wal Wes",
           " ton ley ford well ham son wood field man ing"),
    "ro": ("Pop Ion Șerb Dumitr Stan Mun Ghe Răd Dob Ciob Mih Vas Ang Țurc Bălă Cost Diac Enach Flor Grig Ilie Lup",
           "escu ănescu an ean aru oiu ov ea ache"),
    "de": ("Schmid Müll Schneid Fisch Web Mey Wagn Beck Schulz Hoff Koch Bau Richt Klein Wolf Schröd Neum Schwarz",
           "er mann t s inger bach ler hofer"),
    "fr": ("Mart Bern Dub Thom Rob Rich Pet Dur Ler Mor Sim Laur Lef Mich Garc Dav Bertr Rou Vinc Fourn Gir Bon Dup",
           "in ard ois as ert et and oux el eau"),
    "es": ("Garc Rodrígu Gonzál Fernánd Lóp Martín Sánch Pér Góm Jimén Ru Hernánd Dí Mor Muñ Álvar Romer Alons",
           "ía ez oz ino ero ano al"),
    "pl": ("Now Kowal Wiśni Wójc Kamiń Lewand Zieliń Szymań Woźni Dąbrow Kozł Jankow Mazur Kwiatk Krawcz Piotr Grab",
           "ski ewski ik ak czyk ek owicz"),
}  # fmt: skip
_HANGUL = (
    "김" * 11 + "이" * 8 + "박" * 5 + "최정강조윤장임한오서신권황안송류전홍고문양손배백허유남심노하곽성차주우구",
    "민서지현수영준예은도윤하진우성호재미경정희선혜승태",
)
_HAN = (
    "王" * 4 + "李" * 4 + "张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾",
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰建国文志",
)
_HEBREW = (
    "דוד יוסף משה אברהם שרה רחל לאה יעקב מרים אסתר נועה איתי עומר תמר יונתן דניאל מיכל שִׁירָה רוֹנִי אֲבִיגַיִל",
    "כהן לוי מזרחי פרץ ביטון דהן אברהם פרידמן אזולאי מלכה כץ יוסף עמר אוחיון חדד גבאי בן־דוד שפירא רוזנברג גולדשטיין",
)
_COMPANY = (
    "Acme Anvil Baltic Carpat Danub Ever Fjord Globe Harbor Iron Jade Kestrel Lumen Meridian Nordic Orbit Pinnacle",
    "ia ex ix on um ara ica is or eo",
    "Holding Trading Systems Logistics Foods Pharma Steel Energy Textile Software Print Glass Motors Travel Media",
)
SUBJECTS = (
    "Call about the renewal of contract {}",
    "Meeting at the office, offer {}",
    "Send the invoice {} again",
    "Task: prepare the quarterly review {}",
    "Follow up after the fair {}",
    "Note from the call, order {}",
    "계약 갱신 통화 {}",
    "续约会议 {}",
    "Apel pentru factura {}",
    "שיחה על הצעת מחיר {}",
    "Complaint about delivery {}",
    "Demo of the new version {}",
)
LANGUAGES = (*_FIRST, "ko", "zh", "he")


def first_names(language: str) -> list[str]:
    """Given names, in the script of the language."""
    if language == "ko":
        return [a + b for a, b in product(_HANGUL[1], repeat=2)]
    if language == "zh":
        return [*_HAN[1], *(a + b for a, b in product(_HAN[1], repeat=2))]
    return (_HEBREW[0] if language == "he" else _FIRST[language]).split()


def family_names(language: str) -> list[str]:
    """Family names; the frequent ones stand there as often as they are met."""
    if language == "ko":
        return list(_HANGUL[0])
    if language == "zh":
        return list(_HAN[0])
    if language == "he":
        return _HEBREW[1].split()
    stems, endings = _FAMILY[language]
    return [stem + ending for stem, ending in product(stems.split(), endings.split())]


def company_names() -> list[str]:
    """Three thousand and more words to call a company by."""
    stems, endings, kinds = (part.split() for part in _COMPANY)
    return [f"{stem}{ending} {kind}" for stem, ending, kind in product(stems, endings, kinds)]
