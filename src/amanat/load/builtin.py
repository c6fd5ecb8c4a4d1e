"""What every catalog has without declaring it: the taxonomy of categories, four classifications, and the
stages of the customer journey. A catalog may add categories below these, set their defaults, and replace
classifications and stages."""

from __future__ import annotations

from functools import cache

from amanat.model.resources import Category, Classification, Stage
from amanat.model.values import CategoryId, ClassificationId, Mask, MaskKind, StageId
from amanat.text import Place

BUILTIN_FILE = "<built-in>"

# id: class, special, CCPA letter (Cal. Civ. Code 1798.140(v)(1)), English and Persian label.
_CATEGORIES: dict[str, tuple[str, bool, str, str, str]] = {
    "name": ("confidential", False, "A", "Name", "نام"),
    "contact": ("confidential", False, "A", "Contact details", "اطلاعات تماس"),
    "contact.email": ("confidential", False, "A", "E-mail address", "نشانی ایمیل"),
    "contact.phone": ("confidential", False, "A", "Telephone number", "شمارهٔ تلفن"),
    "contact.address": ("confidential", False, "A", "Postal address", "نشانی پستی"),
    "contact.postcode": ("internal", False, "A", "Postcode", "کد پستی"),
    "contact.country": ("internal", False, "A", "Country", "کشور"),
    "id": ("confidential", False, "A", "Identifiers", "شناسه‌ها"),
    "id.internal": ("internal", False, "A", "Internal identifier", "شناسهٔ داخلی"),
    "id.device": ("confidential", False, "A", "Device identifier", "شناسهٔ دستگاه"),
    "id.online": ("confidential", False, "A", "Online identifier", "شناسهٔ برخط"),
    "id.national": ("restricted", False, "B", "National identity number", "شمارهٔ ملی"),
    "id.passport": ("restricted", False, "B", "Passport number", "شمارهٔ گذرنامه"),
    "account": ("internal", False, "A", "Account", "حساب کاربری"),
    "account.username": ("internal", False, "A", "User name", "نام کاربری"),
    "account.password": ("restricted", False, "L", "Password", "گذرواژه"),
    "account.secret": ("restricted", False, "L", "Access secret", "رمز دسترسی"),
    "demographic": ("confidential", False, "C", "Demographic data", "داده‌های جمعیتی"),
    "demographic.birth_date": ("confidential", False, "C", "Date of birth", "تاریخ تولد"),
    "demographic.age": ("confidential", False, "C", "Age", "سن"),
    "demographic.gender": ("confidential", False, "C", "Gender", "جنسیت"),
    "demographic.language": ("internal", False, "", "Language", "زبان"),
    "demographic.nationality": ("confidential", False, "C", "Nationality", "تابعیت"),
    "demographic.marital": ("confidential", False, "C", "Marital status", "وضعیت تأهل"),
    "demographic.family": ("confidential", False, "C", "Family", "خانواده"),
    "payment": ("restricted", False, "B", "Payment data", "داده‌های پرداخت"),
    "payment.card": ("restricted", False, "B", "Payment card", "کارت پرداخت"),
    "payment.card_security_code": ("restricted", False, "L", "Card security code", "کد امنیتی کارت"),
    "payment.bank": ("restricted", False, "B", "Bank account", "حساب بانکی"),
    "payment.transaction": ("confidential", False, "B", "Payment transaction", "تراکنش پرداخت"),
    "purchase": ("confidential", False, "D", "Purchases", "خریدها"),
    "income": ("restricted", False, "B", "Income", "درآمد"),
    "credit_score": ("restricted", False, "K", "Credit score", "امتیاز اعتباری"),
    "location": ("confidential", False, "G", "Location", "مکان"),
    "location.coarse": ("internal", False, "G", "Approximate location", "مکان تقریبی"),
    "location.precise": ("restricted", False, "L", "Precise location", "مکان دقیق"),
    "device": ("internal", False, "F", "Device data", "داده‌های دستگاه"),
    "device.ip": ("confidential", False, "F", "IP address", "نشانی آی‌پی"),
    "device.mac": ("confidential", False, "F", "Network card address", "نشانی کارت شبکه"),
    "device.agent": ("internal", False, "F", "Browser or app", "مرورگر یا برنامه"),
    "behaviour": ("internal", False, "F", "Behaviour", "رفتار"),
    "behaviour.browsing": ("internal", False, "F", "Browsing", "مرور صفحه‌ها"),
    "behaviour.click": ("internal", False, "F", "Clicks", "کلیک‌ها"),
    "behaviour.usage": ("internal", False, "F", "Use of the service", "استفاده از خدمت"),
    "behaviour.dwell": ("internal", False, "F", "Time spent", "زمان ماندن"),
    "preference": ("internal", False, "K", "Preferences", "ترجیح‌ها"),
    "preference.interest": ("internal", False, "K", "Interests", "علاقه‌مندی‌ها"),
    "preference.privacy": ("internal", False, "K", "Privacy choices", "گزینه‌های حریم خصوصی"),
    "consent": ("internal", False, "", "Consent", "رضایت"),
    "opinion": ("confidential", False, "K", "Opinions", "نظرها"),
    "feedback": ("internal", False, "", "Feedback", "بازخورد"),
    "emotion": ("restricted", False, "K", "Emotions", "احساسات"),
    "message": ("confidential", False, "L", "Messages", "پیام‌ها"),
    "message.content": ("restricted", False, "L", "Content of messages", "متن پیام‌ها"),
    "message.metadata": ("confidential", False, "F", "Message metadata", "فرادادهٔ پیام‌ها"),
    "message.recording": ("restricted", False, "H", "Recordings", "صدای ضبط‌شده"),
    "job": ("internal", False, "I", "Job", "شغل"),
    "vehicle": ("internal", False, "", "Vehicle", "وسیلهٔ نقلیه"),
    "photo": ("confidential", False, "H", "Photographs", "عکس‌ها"),
    "special": ("restricted", True, "L", "Special categories", "داده‌های ویژه"),
    "special.health": ("restricted", True, "L", "Health", "سلامت"),
    "special.ethnic": ("restricted", True, "L", "Ethnic origin", "خاستگاه قومی"),
    "special.religion": ("restricted", True, "L", "Religion or belief", "دین یا باور"),
    "special.politics": ("restricted", True, "", "Political opinions", "دیدگاه سیاسی"),
    "special.union": ("restricted", True, "L", "Trade union membership", "عضویت در اتحادیه"),
    "special.sexual": ("restricted", True, "L", "Sex life or orientation", "زندگی یا گرایش جنسی"),
    "special.genetic": ("restricted", True, "L", "Genetic data", "داده‌های ژنتیکی"),
    "special.biometric": ("restricted", True, "L", "Biometric data", "داده‌های زیست‌سنجی"),
    "special.moral": ("restricted", True, "", "Moral characteristics", "ویژگی‌های اخلاقی"),
    "criminal": ("restricted", False, "", "Criminal data", "سوابق کیفری"),
    "child": ("restricted", False, "", "Data about children", "داده‌های کودکان"),
    "inference": ("confidential", False, "K", "Inferences", "استنباط‌ها"),
}

_CLASSIFICATIONS: tuple[tuple[str, str, str, Mask | None], ...] = (
    ("public", "Public", "عمومی", None),
    ("internal", "Internal", "داخلی", Mask(MaskKind.REDACT)),
    ("confidential", "Confidential", "محرمانه", Mask(MaskKind.REDACT)),
    ("restricted", "Restricted", "محدود", Mask(MaskKind.NULL)),
)

_STAGES = (
    ("discovery", "Discovery", "آشنایی"),
    ("signup", "Sign-up", "ثبت‌نام"),
    ("entry", "Entry", "ورود"),
    ("engagement", "Engagement", "همراهی"),
    ("completion", "Completion", "پایان"),
    ("reflection", "Reflection", "بازنگری"),
)


@cache
def categories() -> dict[CategoryId, Category]:
    """The built-in taxonomy."""
    return {
        CategoryId(name): Category(
            id=CategoryId(name),
            place=None,
            label={"en": english, "fa": persian},
            definition={},
            special=special,
            classification=ClassificationId(classification),
            owner=None,
            retention=None,
            mask=None,
            maps={"ccpa": ccpa} if ccpa else {},
            renamed_from=None,
            extras={},
            broken=frozenset(),
        )
        for name, (classification, special, ccpa, english, persian) in _CATEGORIES.items()
    }


@cache
def classifications() -> dict[ClassificationId, Classification]:
    """The classifications that hold where a catalog declares none, least sensitive first."""
    return {
        ClassificationId(name): Classification(
            id=ClassificationId(name),
            place=Place(BUILTIN_FILE, ("classifications", name)),
            label={"en": english, "fa": persian},
            definition={},
            rank=rank,
            requires=(),
            mask=mask,
            roles_max=None,
            renamed_from=None,
            extras={},
            broken=frozenset(),
        )
        for rank, (name, english, persian, mask) in enumerate(_CLASSIFICATIONS)
    }


@cache
def stages() -> dict[StageId, Stage]:
    """The six built-in stages of the customer journey, in order."""
    return {
        StageId(name): Stage(
            id=StageId(name),
            place=None,
            label={"en": english, "fa": persian},
            definition={},
            rank=rank,
            extras={},
            broken=frozenset(),
        )
        for rank, (name, english, persian) in enumerate(_STAGES)
    }
