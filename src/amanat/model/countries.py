"""Which countries the GDPR's chapter V treats as third countries, and for which there is a decision.

State of December 2025. The decisions are those of the European Commission under Art. 45 GDPR (before:
Art. 25(6) of Directive 95/46/EC); numbers of the Official Journal. Some cover only part of a country's law:
Canada commercial organisations, Japan and Korea their private-sector acts, the United Kingdom not
immigration control.
"""

from __future__ import annotations

_EEA = """
    AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK IS LI NO  AX GF
    GP MF MQ RE YT
    """
EEA = frozenset(_EEA.split())
"""The member states of the Union; Iceland, Liechtenstein and Norway (EEA Joint Committee decision 154/2018);
and parts of member states that have a code of their own (Art. 355(1) and (4) TFEU)."""

ADEQUATE: dict[str, str] = {
    "AD": "Decision 2010/625/EU",
    "AR": "Decision 2003/490/EC",
    "CA": "Decision 2002/2/EC",
    "CH": "Decision 2000/518/EC",
    "FO": "Decision 2010/146/EU",
    "GB": "Implementing Decision (EU) 2021/1772",
    "GG": "Decision 2003/821/EC",
    "IL": "Decision 2011/61/EU",
    "IM": "Decision 2004/411/EC",
    "JE": "Decision 2008/393/EC",
    "JP": "Implementing Decision (EU) 2019/419",
    "KR": "Implementing Decision (EU) 2022/254",
    "NZ": "Implementing Decision 2013/65/EU",
    "UY": "Implementing Decision 2012/484/EU",
}
"""Countries with a decision that covers them, and the decision."""

CERTIFIED_ONLY: dict[str, str] = {"US": "Implementing Decision (EU) 2023/1795"}
"""Countries whose decision covers only organisations that are certified, so that each needs evidence."""


def is_third(country: str) -> bool:
    """Whether data that goes there leaves the EEA for a country without a decision that covers all of it."""
    return country not in EEA and country not in ADEQUATE
