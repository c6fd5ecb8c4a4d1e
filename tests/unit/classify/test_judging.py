"""What columns are taken for, how surely, and what nothing is said about."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amanat.classify.judge import MOST
from amanat.classify.propose import judged
from amanat.classify.values import Sighting, is_iranian_id, looked_at
from amanat.classify.vocabulary import hints, kinds
from amanat.classify.words import words
from amanat.load.builtin import categories
from amanat.load.snapshots import read_snapshot
from amanat.model.snapshot import Snapshot
from tests.figures.classified import ASKED, mean, personal, scores
from tests.support import write_files

HEADER = "table,column,type,length,precision,scale,nullable,default,values,key,comment\n"
README = Path(__file__).parents[3] / "README.md"


def snapshot(tmp_path: Path, *lines: str) -> Snapshot:
    """A snapshot of these lines: table, column, type, key, comment."""
    rows = []
    for line in lines:
        table, column, kind, key, comment = (line.split(",") + [""] * 4)[:5]
        rows.append(f"{table},{column},{kind},,,,,,,{key},{comment}\n")
    write_files(tmp_path, {"observed/shop.columns.csv": HEADER + "".join(rows)})
    found = read_snapshot(tmp_path, "observed/shop.columns.csv")
    assert found.snapshot is not None and found.findings == ()
    return found.snapshot


def said(seen: Snapshot, **values: list[Sighting]) -> dict[str, str]:
    """What each column is taken for."""
    sightings = {name.replace("__", "."): found for name, found in values.items()}
    columns = list(seen.columns.values())
    return {f"{one.table}.{one.column}": weight.kind for one, weight in judged(seen, columns, sightings)}


def test_the_figures_reach_what_was_asked_for() -> None:
    """On 1,909 columns of seven systems; `python -m tests.figures.classified` prints them."""
    assert mean() >= 0.85
    assert personal().f1 >= 0.9
    assert all(scores()[label].f1 > 0.6 for label in ASKED)


def test_the_readme_shows_the_figures_of_today() -> None:
    from tests.figures.classified import table

    assert table() in README.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("firstName", "first name"),
        ("companyaddress1", "company address"),
        ("birthdate", "birthdate"),
        ("idvisitor", "id visitor"),
        ("IPAddress", "ip address"),
        ("zip_code", "zip code"),
        ("کدِ ملّی", "کد ملی"),
        ("xqzzy", "xqzzy"),
    ],
)
def test_names_are_cut_into_words(name: str, expected: str) -> None:
    assert " ".join(words(name)) == expected


@given(st.text(max_size=60))
def test_any_name_can_be_cut(name: str) -> None:
    assert all(word and not word.isdigit() for word in words(name))


def test_every_kind_has_a_category_of_the_taxonomy() -> None:
    assert {hint.kind for hint in hints()} <= set(kinds())
    assert set(kinds().values()) <= set(categories())
    assert all(0 < hint.weight < 1 for hint in hints())


@pytest.mark.parametrize(
    ("column", "kind"),
    [
        ("e_mail,varchar(254)", "email"),
        ("mobile_no,varchar", "phone"),
        ("نام خانوادگی,varchar", "name"),
        ("کد ملی,char(10)", "national_id"),
        ("codemelli,char(10)", "national_id"),
        ("تاریخ تولد,date", "date_of_birth"),
        ("آدرس,text", "address"),
        ("card_number,varchar", "card"),
        ("iban,varchar", "bank"),
        ("شبا,varchar", "bank"),
        ("password_hash,varchar", "credential"),
        ("religion,varchar", "religion"),
        ("blood_group,varchar", "health"),
        ("mac_address,macaddr", "mac_address"),
        ("last_login_ip,inet", "ip_address"),
        ("preferred_language,varchar", "language"),
        ("gender,char(1)", "gender"),
        ("lat,double precision", "longlat"),
    ],
)
def test_columns_of_people_are_known_by_name(column: str, kind: str, tmp_path: Path) -> None:
    name = column.partition(",")[0]
    assert (
        said(snapshot(tmp_path, "customers,id,bigint,PK", f"customers,{column}"))[f"customers.{name}"] == kind
    )


def test_keys_say_whose_rows_these_are(tmp_path: Path) -> None:
    seen = snapshot(
        tmp_path,
        "customers,id,bigint,PK",
        "orders,id,bigint,PK",
        "orders,buyer,bigint,FK:customers.id",
        "orders,created_by,bigint,FK:staff.id",
        "orders,ship_to,bigint,FK:addresses.id",
        "staff,id,bigint,PK",
        "addresses,id,bigint,PK",
        "addresses,street,varchar",
    )
    found = said(seen)
    assert found["customers.id"] == found["orders.buyer"] == "customer_id"
    assert found["orders.ship_to"] == "address"
    assert "orders.id" not in found and "orders.created_by" not in found


def test_what_only_sounds_like_data_about_people_is_left_alone(tmp_path: Path) -> None:
    seen = snapshot(
        tmp_path,
        "customers,id,bigint,PK",
        "customers,email_count,integer",
        "customers,is_email_verified,boolean",
        "customers,email_reminder_time,datetime",
        "email_templates,name,varchar",
        "email_templates,subject,varchar",
        "tax_types,name,varchar",
        "products,name,varchar",
        "products,created_at,datetime",
    )
    assert set(said(seen)) == {"customers.id"}


def test_an_id_in_every_table_is_the_tenant_and_no_person(tmp_path: Path) -> None:
    tables = [f"t{n},organization_id,bigint" for n in range(6)]
    assert said(snapshot(tmp_path, "customers,id,bigint,PK", *tables)) == {"customers.id": "customer_id"}


def test_nothing_is_ever_certain(tmp_path: Path) -> None:
    seen = snapshot(
        tmp_path, "customers,id,bigint,PK", "customers,email,varchar,,Email address of the customer"
    )
    sure = [Sighting("email", 50, 50)]
    judgements = judged(seen, list(seen.columns.values()), {"customers.email": sure})
    found = {one.column: weight for one, weight in judgements}
    assert found["email"].confidence == MOST < 1
    assert found["email"].evidence[-1] == "values: 50 of 50 are of this kind"


def test_values_overrule_a_name_and_take_a_wrong_one_back(tmp_path: Path) -> None:
    seen = snapshot(tmp_path, "customers,id,bigint,PK", "customers,x1,varchar", "customers,phone,varchar")
    assert said(seen, customers__x1=[Sighting("email", 45, 50)])["customers.x1"] == "email"
    assert "customers.phone" not in said(
        seen, customers__phone=[Sighting("phone", 1, 50), Sighting("email", 0, 50)]
    )
    assert (
        said(seen, customers__phone=[Sighting("phone", 1, 5)])["customers.phone"] == "phone"
    )  # too few to speak


def _share(kind: str, values: list[object], region: str | None = None) -> float:
    return next(one.share for one in looked_at(values, region) if one.kind == kind)


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("email", ["ann@shop.example", "bo.b+x@mail.de", "علی@مثال.com"], ["ann", "a@b", "@", "a@b@c.de", 5]),
        (
            "phone",
            ["+49 30 901820", "0098 21 88776655", "۰۲۱۸۸۷۷۶۶۵۵", "(030) 901820"],
            ["12", "2026-01-01", "abc", ""],
        ),
        ("ip_address", ["192.0.2.7", "2001:db8::1", "192.0.2.0/24"], ["1.2.3", "300.1.1.1", "12", 7.5]),
        (
            "card",
            ["4111 1111 1111 1111", "6037997500000006", "5555555555554444"],
            ["4111111111111112", "0000000000000000"],
        ),
        ("bank", ["DE89370400440532013000", "IR580540105180021273113007"], ["DE00370400440532013000", "x"]),
        ("national_id", ["0084575948", "0013542419", "۰۰۸۴۵۷۵۹۴۸"], ["0084575949", "1111111111", "123"]),
        (
            "postcode",
            ["1619735744", "16197-35744", "۱۶۱۹۷۳۵۷۴۴"],
            ["1111111111", "0619735744", "123", "1619735742"],
        ),
        ("country", ["DE", "IR", "GB"], ["de", "XX", "Germany", ""]),
        ("language", ["de", "pt_BR", "fa", "zh-Hans"], ["xx", "german", "DE"]),
    ],
)
def test_values_are_known_by_checksums_and_formats(kind: str, good: list[object], bad: list[object]) -> None:
    region = "IR" if {"۰۲۱۸۸۷۷۶۶۵۵", "1619735744"} & set(good) else "DE"
    for value in good:
        where = "DE" if isinstance(value, str) and value.startswith("(030") else region
        assert _share(kind, [value], where) == 1, value
    for value in bad:
        assert _share(kind, [value], region) == 0, value


def test_empty_values_are_not_counted() -> None:
    assert all(one.looked_at == 1 for one in looked_at([None, "", "  ", "a@shop.example"], None))


@given(st.integers(0, 999_999_999))
def test_one_check_digit_fits_a_national_id(number: int) -> None:
    fitting = [digit for digit in range(10) if is_iranian_id(f"{number:09}{digit}")]
    assert len(fitting) == (0 if len(set(f"{number:09}")) == 1 and fitting == [] else 1)
