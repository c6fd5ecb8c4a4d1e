"""Catalogs that the tests of the site are made from, and reading of what was rendered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from html.parser import HTMLParser

from amanat.conflicts import compare
from amanat.docsite import Site, render
from amanat.lint.engine import lint
from amanat.lint.rule import Rule
from amanat.rules import RULES
from tests.support import catalog_of

DAY = date(2026, 3, 1)

ROOT = """\
catalog:
  name: {en: Shop data, fa: دادهٔ فروشگاه}
  languages: [en, fa]
  controller: {name: Example Shop GmbH, contact: privacy@shop.example, country: DE}
  dpo: {name: Data protection office, contact: dpo@shop.example}
  jurisdictions: [EU, IR]
  defaults: {owner: crm, subject: customer}
"""

PEOPLE = """\
teams:
  crm: {label: {en: Customer relations, fa: ارتباط با مشتریان}, contact: crm@shop.example}
  privacy: {label: {en: Privacy office, fa: دفتر حریم خصوصی}, contact: privacy@shop.example, lead: Head}
subjects:
  customer: {label: {en: Customer, fa: مشتری}, definition: {en: Who buys, fa: کسی که می‌خرد}, minors: false}
classifications:
  public: {label: {en: Public, fa: عمومی}}
  internal: {label: {en: Internal, fa: داخلی}, requires: [encryption_in_transit]}
  confidential: {label: {en: Confidential, fa: محرمانه}, requires: [mfa, access_log], mask: redact}
roles:
  agent: {label: {en: Agent, fa: کارشناس}, definition: {en: Answers, fa: پاسخ می‌دهد}, clearance: confidential,
    people: 1200, training: {course: Data, every: P1Y, last: 2025-11-02}, principals: {postgresql: app_agent}}
  marketer: {label: {en: Marketer, fa: بازاریاب}, clearance: internal}
  visitor: {label: {en: Visitor, fa: بازدیدکننده}, clearance: public}
purposes:
  service: {label: {en: Service, fa: خدمت}, reason: {en: To answer questions, fa: برای پاسخ به پرسش‌ها},
    basis: {EU: contract, IR: contract}, benefit: {en: Answers come fast, fa: پاسخ‌ها زود می‌رسد},
    roles: {agent: [read, update], marketer: [read]}, stages: [engagement], expected: true,
    recipients: [mailer], profiling: {logic: {en: A score, fa: یک امتیاز}, human_review: {en: A person looks, fa: کسی می‌بیند}}}
  service.calls: {label: {en: Calls, fa: تماس‌ها}}
  marketing: {label: {en: Marketing, fa: بازاریابی}, reason: {en: To write about offers, fa: برای خبر دادن},
    basis: consent, consent: {mode: opt_in, recorded_in: shop.users.opt_in, granted: true}, sold: true, shared: true,
    until: 2027-01-01, dpia: dpia/1, assessment: lia/1, condition: explicit_consent, roles: {marketer: [read], agent: [create]}}
  research: {label: {en: Research, fa: پژوهش}, status: planned, basis: {EU: legitimate_interest}}
retention:
  account: {label: {en: Account, fa: حساب}, keep: P1Y6M, from: account_closed, proved_by: shop.users.closed_at,
    then: delete, rolling: true, basis: {kind: business, why: {en: People return, fa: مردم برمی‌گردند}},
    where: {IR: {keep: P10Y, then: archive, basis: {kind: legal_minimum, law: Commercial code 6}}}}
holds:
  lawsuit: {reason: {en: A lawsuit, fa: یک دعوا}, fields: [customer.email], systems: [shop], by: privacy,
    from: 2026-01-01, review: 2026-07-01}
recipients:
  mailer: {label: {en: Mail service, fa: سرویس نامه}, role: processor, country: US, contract: contracts/1, contact: x@mail.example}
transfers:
  to_mailer: {label: {en: Mails, fa: نامه‌ها}, recipient: mailer, country: US, mechanism: scc, evidence: scc/1, purposes: [marketing]}
denials:
  no_marketing_phone: {purpose: marketing, field: customer.phone, reason: {en: We promised, fa: قول داده‌ایم}}
"""

SYSTEMS = """\
systems:
  shop: {label: {en: Shop, fa: فروشگاه}, description: {en: The web shop, fa: فروشگاه اینترنتی}, kind: commerce, owner: crm,
    country: DE, engine: postgresql, admin: ops@shop.example, customer_id: shop.users.id, users: 12, users_max: 20,
    security: [access_log, x_own_control], assessed: 2026-01-05, erase: {method: delete, backups: P30D},
    ignore: [{columns: ['users.created_*'], reason: {en: Set by the program, fa: برنامه می‌نویسد}}]}
  crm: {label: {en: CRM, fa: سی‌آرام}, kind: crm, owner: crm, country: DE, engine: mysql, recipient: mailer,
    customer_id: {none: {en: Old system, fa: سامانهٔ قدیمی}}, status: retiring}
  silent: {label: {en: Silent, fa: خاموش}, kind: survey, country: FR, users: 3}
"""

FIELDS = """\
defaults: {retention: account, origin: given}
fields:
  customer.email:
    label: {en: E-mail address, fa: نشانی ایمیل}
    definition: {en: Where the customer is written to, fa: جایی که به مشتری می‌نویسند}
    category: contact.email
    purposes: [service, marketing]
    master: shop.users.email
    length: 254
    critical: true
    compulsory: true
    stages: [signup]
    mask: email_domain
    mask_for: {marketing: hash}
    quality: {complete: 99%}
    caveats: {en: May be shared by a family, fa: شاید مال یک خانواده باشد}
    review_by: 2026-12-01
    last_used: 2026-02-01
    renamed_from: customer.mail
    sources:
      shop.users.email: {empty: ['']}
      crm.people.mail: {length: 100, definition: {en: An address of the household, fa: نشانی خانوار}}
      silent.answers.mail:
  customer.phone:
    label: {en: Telephone number, fa: شمارهٔ تلفن}
    definition: {en: Where the customer is called, fa: جایی که به مشتری زنگ می‌زنند}
    category: contact.phone
    classification: confidential
    purposes: [service, marketing]
    survivorship: {strategy: source_priority, priority: [shop.users.phone, crm.people.phone]}
    sources:
      shop.users.phone: {normal: digits}
      crm.people.phone: {normal: trim}
  customer.gender:
    label: {en: Gender, fa: جنسیت}
    definition: {en: How the customer is addressed, fa: مشتری را چگونه خطاب می‌کنند}
    category: demographic.gender
    classification: internal
    purposes: [service]
    codes: {f: {en: Ms, fa: خانم}, m: {en: Mr, fa: آقا}}
    sources:
      shop.users.gender: {codes: {F: f, M: m}}
  customer.health:
    label: {en: Disability, fa: معلولیت}
    definition: {en: What help the customer needs, fa: مشتری چه کمکی می‌خواهد}
    category: special.health
    classification: confidential
    purposes: [service]
    status: planned
  customer.score:
    label: {en: Score}
    definition: {en: How satisfied the customer is}
    category: profile
    classification: internal
    purposes: [service]
    kind: metric
    narrative: customer.words
    origin: inferred
    derived_from: [customer.phone]
    logic: {en: Counted}
    sources: {shop.users.score: }
  customer.words:
    label: {en: Own words, fa: سخن خود مشتری}
    kind: narrative
    category: profile
    classification: internal
    sources: {shop.users.words: , shop.users.gone: }
discrepancies:
  mail_length:
    field: customer.email
    facet: length
    values: {field: 254, shop.users.email: 254, crm.people.mail: 100}
    decision: accepted
    reason: {en: No address is longer, fa: هیچ نشانی بلندتر نیست}
    handling: {en: Refuse longer ones, fa: بلندترها را نپذیرید}
    approved_by: privacy
    approved_on: 2026-01-15
    expires: 2027-01-15
  moot_one:
    field: customer.gender
    facet: currency
    values: {shop.users.gender: EUR}
    decision: disputed
"""

OBSERVED = """\
table,column,type,length,precision,scale,nullable,default,values,key,comment
users,closed_at,timestamp,,,,yes,,,,
users,created_at,timestamp,,,,no,,,,
users,email,varchar,254,,,no,,,UQ,
users,gender,varchar(1),,,,yes,,F|M,,
users,id,integer,,,,no,,,PK,
users,opt_in,boolean,,,,no,false,,,
users,phone,text,,,,yes,,,,
users,score,integer,,,,yes,,,,
users,secret,text,,,,yes,,,,
users,words,text,,,,yes,,,,
"""

RICH: dict[str, str | bytes] = {
    "amanat.yaml": ROOT,
    "people.yaml": PEOPLE,
    "systems.yaml": SYSTEMS,
    "fields.yaml": FIELDS,
    "observed/shop.columns.csv": OBSERVED,
    "observed/shop.json": '{"version": 1, "system": "shop", "taken_on": "2026-02-01", "method": "scan", "tool": "amanat 0.1"}',
}


def site_of(
    files: Mapping[str, str | bytes], day: date | None = DAY, rules: tuple[Rule, ...] = RULES[:4]
) -> Site:
    """Load and judge a catalog as `amanat build` does. Few rules get a page: they are alike and many."""
    loaded = catalog_of(files)
    report = compare(loaded.catalog, day)
    return Site(loaded.catalog, lint(loaded, RULES, day), report, day, rules, loaded.spans)


@cache
def rich_site() -> Site:
    """A catalog that has something of everything, with the pages of all rules."""
    return site_of(RICH, rules=RULES)


@cache
def rich_files() -> dict[str, bytes]:
    """The rendered rich site."""
    return render(rich_site())


@dataclass
class Element:
    """A start tag with its attributes, and the text up to the end of the element."""

    tag: str
    attributes: dict[str, str]
    said: Sequence[str] = ()
    """All texts of the page, in pieces; those from `start` to `end` stand in the element."""
    start: int = 0
    end: int | None = None

    @property
    def text(self) -> str:
        """The text of the element."""
        return "".join(self.said[self.start : self.end])


VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr", "rect")
)


BLOCKS = frozenset(("dd", "div", "dt", "h1", "h2", "h3", "li", "p", "section", "summary", "td", "th", "tr"))


@dataclass
class Document(HTMLParser):
    """A parsed page: its elements in order. Elements that are not closed properly are faults."""

    source: bytes
    elements: list[Element] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open: list[Element] = []
        self._said: list[str] = []
        self.feed(self.source.decode())
        self.close()
        self.faults += [f"`{element.tag}` is not closed" for element in self._open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._gap(tag)
        element = Element(tag, {name: value or "" for name, value in attrs}, self._said, len(self._said))
        self.elements.append(element)
        if tag in VOID:
            element.end = element.start
        else:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open[-1].tag != tag:
            self.faults.append(f"`{tag}` closes {self._open[-1].tag if self._open else 'nothing'}")
            return
        self._open.pop().end = len(self._said)
        self._gap(tag)

    def _gap(self, tag: str) -> None:
        if tag in BLOCKS:
            self.handle_data(" ")

    def handle_data(self, data: str) -> None:
        self._said.append(data)

    def all(self, tag: str) -> Iterator[Element]:
        """The elements with a tag."""
        return (element for element in self.elements if element.tag == tag)

    @property
    def text(self) -> str:
        """What a reader sees, white space collapsed."""
        return " ".join(next(self.all("main")).text.split())


def pages(files: Mapping[str, bytes]) -> Iterator[tuple[str, Document]]:
    """The HTML files of a site, parsed."""
    return ((path, Document(content)) for path, content in files.items() if path.endswith(".html"))


@cache
def _rich_pages() -> tuple[tuple[str, Document], ...]:
    return tuple(pages(rich_files()))


def rich_pages() -> Iterator[tuple[str, Document]]:
    """The pages of the rich site, parsed once for all tests."""
    return iter(_rich_pages())


def page(files: Mapping[str, bytes], path: str) -> Document:
    """One page, parsed."""
    return Document(files[path])
