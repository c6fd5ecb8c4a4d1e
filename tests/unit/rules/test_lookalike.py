"""What counts as real personal data, and what a catalog may hold."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amanat.rules.lookalike import hits, is_card, is_iranian_id, may_hold

EMAIL = "the e-mail address of a person"
CARD = "a card number"
NATIONAL = "an Iranian national id"
AWS_KEY = "AKIA" + "Z7Q2M4P9K1X8R5T3"  # put together here, so that no scanner takes it for a key
JWT = ".".join(("eyJhbGciOiJI", "eyJzdWIiOiIx", "SflKxwRJSMeK"))


def kinds(text: str, contact: bool = False) -> list[str]:
    """The kinds of hits in a text."""
    return [hit.kind for hit in hits(text, contact)]


@pytest.mark.parametrize(
    "text",
    [
        "ask sara.ahmadi@firma.de about it",
        "ask sara@firma.de about it",
        "Max.Mustermann+shop@gmail.com",
        "ایمیل او sara.ahmadi@gmail.com است",
        "<j.doe@company.co.uk>",
    ],
)
def test_address_of_a_person_is_found(text: str) -> None:
    assert kinds(text) == [EMAIL]


@pytest.mark.parametrize(
    "text",
    [
        "somebody@shop.example",
        "sara.ahmadi@example.com",
        "sara@mail.example.org",
        "sara@shop.test",
        "write to privacy@firma.de",
        "crm-team@firma.de",
        "data.protection@firma.de",
        "no-reply@firma.de",
        "the @ sign",
        "user@host",
    ],
)
def test_example_and_function_addresses_are_fine(text: str) -> None:
    assert kinds(text) == []


@pytest.mark.parametrize(
    ("address", "personal"),
    [
        ("sales@firma.de", False),
        ("blumen@firma.de", False),
        ("shop-berlin@firma.de", False),
        ("sara.ahmadi@firma.de", True),
        ("shop@gmail.com", True),
        ("kundenservice.de@firma.de", True),
    ],
)
def test_key_meant_for_a_mailbox_takes_any_address_but_a_persons(address: str, personal: bool) -> None:
    assert kinds(address, contact=True) == ([EMAIL] if personal else [])


@pytest.mark.parametrize(
    "text",
    [
        "4556 7375 8689 9855",
        "card 4556737586899855.",
        "6037-9911-1111-1112",
        "۴۵۵۶ ۷۳۷۵ ۸۶۸۹ ۹۸۵۵",
        "379354508162306",
    ],
)
def test_card_number_is_found_in_any_spelling(text: str) -> None:
    assert kinds(text) == [CARD]


@pytest.mark.parametrize(
    "text",
    [
        "4111 1111 1111 1111",  # published test number
        "4556 7375 8689 9856",  # wrong check digit
        "0000 0000 0000 0000",
        "1234567890123456",
        "order-4556737586899855-a",  # part of a longer word
        "2026-01-15 and 2027-01-15",
        "see 10.1016/j.cell.2011.02.013",
    ],
)
def test_other_long_numbers_are_no_cards(text: str) -> None:
    assert kinds(text) == []


@pytest.mark.parametrize("text", ["0499370899", "کد ملی ۰۴۹۹۳۷۰۸۹۹", "id 0790419904 of the sample"])
def test_iranian_national_id_is_found(text: str) -> None:
    assert kinds(text) == [NATIONAL]


@pytest.mark.parametrize(
    "text", ["1111111111", "0123456789", "0499370890", "+989121234567", "09121234567", "49937089"]
)
def test_other_ten_digits_are_no_national_id(text: str) -> None:
    assert kinds(text) == []


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (f"key {AWS_KEY} of the bucket", "a secret (access key)"),
        ("-----BEGIN RSA " + "PRIVATE KEY-----", "a secret (private key)"),
        ("ghp_" + "a1B2c3D4e5" * 4, "a secret (access token)"),
        (JWT, "a secret (access token)"),
        ("mysql://shop:Wq7zR2@db.firma.de/shop", "a URL with a password"),
        ("token: 9fK2xQ7mZpL4vT8bR1nY6wC3sD5gH0jA", "a secret (random text)"),
    ],
)
def test_secret_is_found_and_not_repeated(text: str, kind: str) -> None:
    (hit,) = hits(text)
    assert hit.kind == kind
    assert hit.shown not in text
    assert len(hit.shown) < 10


@pytest.mark.parametrize(
    "text",
    [
        "postgresql://user:password@db/shop",
        "postgresql://user:${DB_PASSWORD}@db/shop",
        "https://shop.example:8443/path",
        "3b7e1f0c9a5d4e2f8b6a7c1d0e9f3a5b4c6d8e7f",  # a commit
        "550e8400-e29b-41d4-a716-446655440000",
        "contracts/2024/Processor-Agreement-Parcel-Service-v2",
        "crm.contacts.AVeryLongColumnNameThatSomebodyOnceChose2",
        "Donaudampfschifffahrtselektrizitätenhauptbetriebswerk",
    ],
)
def test_placeholders_digests_and_paths_are_no_secrets(text: str) -> None:
    assert kinds(text) == []


@given(st.text(alphabet="abcdefgh ABC0123456789@._-+/:=", max_size=60))
def test_the_fast_test_misses_nothing(text: str) -> None:
    assert may_hold(text) or not kinds(text)


@given(st.from_regex(r"[0-9]{9}", fullmatch=True))
def test_exactly_one_check_digit_makes_a_national_id(nine: str) -> None:
    valid = [digit for digit in "0123456789" if is_iranian_id(nine + digit)]
    assert len(valid) == (0 if len(set(nine)) == 1 and valid == [] else 1)


@given(st.from_regex(r"4[0-9]{14}", fullmatch=True), st.integers(0, 14), st.integers(1, 9))
def test_a_changed_digit_is_no_card_any_more(fifteen: str, at: int, by: int) -> None:
    (last,) = [digit for digit in "0123456789" if is_card(fifteen + digit)] or ["x"]
    if last == "x" or at == 0:
        return
    changed = fifteen[:at] + str((int(fifteen[at]) + by) % 10) + fifteen[at + 1 :]
    assert not is_card(changed + last)
