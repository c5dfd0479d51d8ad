"""The license of a card: an SPDX expression, one of the hub's own words, or neither."""

from __future__ import annotations

from dataclasses import dataclass

from packaging.licenses import (
    InvalidLicenseExpression,
    canonicalize_license_expression,
)

_LONGEST = 200

#: words of the Hugging Face hub that SPDX does not have, as pages write them
_WORDS = {
    "apple-amlr": "Apple Machine Learning Research license",
    "apple-ascl": "Apple Sample Code license",
    "bigcode-openrail-m": "BigCode OpenRAIL-M",
    "bigscience-bloom-rail-1.0": "BigScience BLOOM RAIL 1.0",
    "bigscience-openrail-m": "BigScience OpenRAIL-M",
    "bsd": "BSD, variant not named",
    "c-uda": "C-UDA",
    "cc": "Creative Commons, variant not named",
    "creativeml-openrail-m": "CreativeML OpenRAIL-M",
    "custom": "Custom",
    "deepfloyd-if-license": "DeepFloyd IF license",
    "gemma": "Gemma terms of use",
    "gfdl": "GNU FDL, version not named",
    "gpl": "GNU GPL, version not named",
    "h-research": "H Research license",
    "intel-research": "Intel Research Use license",
    "lgpl": "GNU LGPL, version not named",
    "llama2": "Llama 2 Community license",
    "llama3": "Llama 3 Community license",
    "llama3.1": "Llama 3.1 Community license",
    "llama3.2": "Llama 3.2 Community license",
    "llama3.3": "Llama 3.3 Community license",
    "llama4": "Llama 4 Community license",
    "open-mdw": "OpenMDW",
    "openrail": "OpenRAIL",
    "openrail++": "OpenRAIL++",
    "other": "Other",
    "pddl": "PDDL-1.0",
    "odc-by": "ODC-By-1.0",
    "unknown": "Unknown",
}
#: words of the hub that SPDX has under another id
_SAME = {"pddl": "PDDL-1.0", "odc-by": "ODC-By-1.0"}


@dataclass(frozen=True, slots=True)
class License:
    """A license: `id` is what is stored and filtered by, `name` what is shown.

    `is_spdx` says that the id is a valid SPDX expression, `is_known` that it is that
    or a word of the hub. `link` is an http(s) address or empty.
    """

    id: str
    name: str
    link: str = ""
    is_spdx: bool = False
    is_known: bool = False


def read_license(word: str, name: str = "", link: str = "") -> License | None:
    """Read the three fields of a card; None where it names no license.

    SPDX ids are written as the SPDX list writes them, whatever their case. Several,
    between commas, stay several. A word that is neither is kept as it stands.
    """
    word, name = " ".join(word.split()), " ".join(name.split())
    if not word and not name:
        return None
    parts = [_SAME.get(each.lower(), each) for each in word.split(", ")]
    spelt = [_canonical(part) for part in parts]
    if all(spelt):
        found = ", ".join(spelt)
        return License(
            id=found,
            name=name or found,
            link=link or _spdx_page(found),
            is_spdx=True,
            is_known=True,
        )
    known = word.lower()
    if known in _WORDS:
        return License(known, name or _WORDS[known], link, is_known=True)
    return License(word or "other", name or word, link, is_known=not word)


def _canonical(word: str) -> str:
    if len(word) > _LONGEST:
        return ""
    try:
        return str(canonicalize_license_expression(word))
    except InvalidLicenseExpression:
        return ""


def _spdx_page(found: str) -> str:
    is_one = not set(found) & set(" ,(+") and not found.startswith("LicenseRef-")
    return f"https://spdx.org/licenses/{found}.html" if is_one else ""
