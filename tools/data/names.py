"""Family names of many languages, in Latin letters."""

import ast
import hashlib
import unicodedata

from tools.data.packages import BuildError
from tools.data.packing import pack_table

NAMES_PER_LANGUAGE = 380
NAME_LISTS = {  # language: where its family names are; men's, where the sexes differ
    "Croatian": ("hr_HR", "last_names"),
    "Dutch": ("nl_NL", "last_names"),
    "English": ("en_GB", "last_names"),
    "Estonian": ("et_EE", "last_names_est"),
    "Finnish": ("fi_FI", "last_names"),
    "French": ("fr_FR", "last_names"),
    "Georgian": ("ka_GE", "last_names"),
    "German": ("de_DE", "last_names"),
    "Greek": ("el_GR", "last_names_male"),
    "Italian": ("it_IT", "last_names"),
    "Polish": ("pl_PL", "unisex_last_names"),
    "Slovak": ("sk_SK", "last_names_male"),
    "Spanish": ("es_ES", "last_names"),
    "Swedish": ("sv_SE", "last_names"),
    "Ukrainian": ("uk_UA", "last_names_common"),
}

# A letter, then how it is written in Latin. Georgian: the national system of 2002.
# Greek: ELOT 743 (1982), with its commonest pairs of letters. Ukrainian: the national
# system of 2010, where some letters have another form at the start of a name.
ROMAN_LETTERS = """
აa ბb გg დd ეe ვv ზz თt იi კk ლl მm ნn ოo პp ჟzh რr სs ტt უu ფp ქk ღgh ყq შsh ჩch ცts
ძdz წts ჭch ხkh ჯj ჰh
αa βv γg δd εe ζz ηi θth ιi κk λl μm νn ξx οo πp ρr σs ςs τt υy φf χch ψps ωo
аa бb вv гh ґg дd еe єie жzh зz иy іi їi йi кk лl мm нn оo пp рr сs тt уu фf хkh цts чch
шsh щshch ь юiu яia ' ’ ʼ
"""
ROMAN_PAIRS = {"ου": "ou", "αυ": "av", "ευ": "ev", "γγ": "ng", "зг": "zgh"}
ROMAN_INITIALS = {"є": "ye", "ї": "yi", "й": "y", "ю": "yu", "я": "ya"}
GREEK_ACCENTS = "\u0301\u0308"


def build_family_names(members):
    """Keep as many one-word names of every language, in Latin letters.

    Which ones is decided by the hash of the name: as good as chance, and the same
    everywhere, whether a list is sorted by letter or by how common a name is.
    """
    rows = []
    for language, (locale, attribute) in NAME_LISTS.items():
        [source] = (text for path, text in members.items() if f"/{locale}/" in path)
        names = read_names(source.decode("utf-8"), attribute)
        names = {romanise(name) for name in names if " " not in name}
        if len(names) < NAMES_PER_LANGUAGE:
            raise BuildError(f"{language} has only {len(names)} names")
        by_hash = sorted(names, key=lambda name: hashlib.sha256(name.encode()).digest())
        rows += [(language, name) for name in sorted(by_hash[:NAMES_PER_LANGUAGE])]
    return {"family_names.csv": pack_table(["language", "name"], rows)}


def read_names(source, attribute):
    """Return the names in one attribute of the class ``Provider``, without running it.

    A list may stand as it is, or as ``OrderedDict`` of names and how common they are.
    """
    tree = ast.parse(source)
    [provider] = (n for n in tree.body if getattr(n, "name", "") == "Provider")
    for statement in provider.body:
        target = (
            getattr(statement, "target", None)
            or getattr(statement, "targets", [None])[0]
        )
        if getattr(target, "id", "") == attribute:
            value = statement.value
            if isinstance(value, ast.Call):
                return [name for name, _ in ast.literal_eval(value.args[0])]
            return ast.literal_eval(value)
    raise BuildError(f"Provider must have {attribute}, found none")


def romanise(name):
    """Write a Georgian, Greek or Ukrainian name in Latin letters; leave others."""
    script = unicodedata.name(name[0]).split()[0]
    if script == "LATIN":
        return unicodedata.normalize("NFC", name)
    text = name.lower()
    if script == "GREEK":
        text = unicodedata.normalize("NFD", text).translate(
            dict.fromkeys(map(ord, GREEK_ACCENTS))
        )
    text = ROMAN_INITIALS.get(text[0], text[0]) + text[1:]
    for pair, latin in ROMAN_PAIRS.items():
        text = text.replace(pair, latin)
    letters = {pair[0]: pair[1:] for pair in ROMAN_LETTERS.split()}
    return "".join(letters.get(letter, letter) for letter in text).capitalize()
