"""The words that generated catalogs are made of, in English and Persian.

A field is an attribute of an entity, noted in a setting, in a market. Texts are put together so that no
two fields say the same.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent


class Word(NamedTuple):
    """A part of an id, and how it reads in English and Persian."""

    key: str
    en: str
    fa: str


class Attribute(NamedTuple):
    """An attribute: part of an id, type, category, label and definition; `{e}` stands for the entity."""

    key: str
    type: str
    category: str
    en: str
    fa: str
    means_en: str
    means_fa: str


ENTITIES = (
    Word("order", "order", "سفارش"),
    Word("basket", "basket", "سبد خرید"),
    Word("invoice", "invoice", "صورت‌حساب"),
    Word("delivery", "delivery", "تحویل"),
    Word("return", "return", "مرجوعی"),
    Word("subscription", "subscription", "اشتراک"),
    Word("ticket", "support ticket", "درخواست پشتیبانی"),
    Word("call", "telephone call", "تماس تلفنی"),
    Word("chat", "chat", "گفت‌وگو"),
    Word("survey", "survey", "نظرسنجی"),
    Word("voucher", "voucher", "کد تخفیف"),
    Word("wishlist", "wish list", "فهرست علاقه‌مندی"),
    Word("review", "product review", "نقد کالا"),
    Word("appointment", "appointment", "قرار ملاقات"),
    Word("warranty", "warranty claim", "درخواست ضمانت"),
    Word("newsletter", "newsletter", "خبرنامه"),
    Word("visit", "store visit", "مراجعه به فروشگاه"),
    Word("loyalty", "loyalty card", "کارت وفاداری"),
    Word("trial", "trial period", "دورهٔ آزمایشی"),
    Word("repair", "repair", "تعمیر"),
    Word("rental", "rental", "اجاره"),
    Word("gift", "gift", "هدیه"),
    Word("event", "customer event", "رویداد مشتریان"),
    Word("complaint", "complaint", "شکایت"),
)

ATTRIBUTES = tuple(
    Attribute(**row)
    for row in csv.DictReader((HERE / "attributes.csv").read_text(encoding="utf-8").splitlines())
)

SETTINGS = (
    Word("checkout", "noted at the checkout", "ثبت‌شده هنگام پرداخت"),
    Word("till", "noted at the till", "ثبت‌شده در صندوق فروشگاه"),
    Word("app", "entered in the app", "واردشده در برنامهٔ همراه"),
    Word("hotline", "told to the hotline", "گفته‌شده به خط تلفنی"),
    Word("letter", "taken from a letter", "برگرفته از نامه"),
    Word("form", "typed into the web form", "نوشته‌شده در فرم وب"),
    Word("kiosk", "entered at the kiosk", "واردشده در کیوسک"),
    Word("partner", "passed on by the partner shop", "رسیده از فروشگاه همکار"),
    Word("courier", "taken down by the courier", "یادداشت‌شده به دست پیک"),
    Word("desk", "noted at the service desk", "ثبت‌شده در میز خدمت"),
    Word("fair", "gathered at the trade fair", "گردآمده در نمایشگاه"),
    Word("portal", "kept in the customer portal", "نگهداری‌شده در درگاه مشتری"),
    Word("renewal", "asked for at the renewal", "پرسیده‌شده هنگام تمدید"),
    Word("pickup", "noted at the pick-up point", "ثبت‌شده در محل تحویل حضوری"),
    Word("onboarding", "given during the welcome talk", "گفته‌شده در گفت‌وگوی خوشامد"),
    Word("workshop", "noted in the workshop", "ثبت‌شده در تعمیرگاه"),
    Word("showroom", "noted in the showroom", "ثبت‌شده در نمایشگاه فروش"),
    Word("postcard", "written on the reply card", "نوشته‌شده بر کارت پاسخ"),
    Word("locker", "entered at the parcel locker", "واردشده در صندوق امانات"),
    Word("tablet", "entered on the staff tablet", "واردشده در تبلت کارکنان"),
    Word("import", "brought over from the old shop", "آورده‌شده از فروشگاه پیشین"),
    Word("audit", "corrected in the yearly audit", "اصلاح‌شده در بازبینی سالانه"),
    Word("club", "kept by the customer club", "نگهداری‌شده در باشگاه مشتریان"),
    Word("school", "gathered in the evening class", "گردآمده در کلاس شبانه"),
    Word("tour", "noted on the factory tour", "ثبت‌شده در بازدید کارخانه"),
    Word("wholesale", "noted in the wholesale office", "ثبت‌شده در دفتر عمده‌فروشی"),
    Word("garden", "noted in the garden centre", "ثبت‌شده در مرکز باغبانی"),
    Word("market", "noted at the market stall", "ثبت‌شده در غرفهٔ بازار"),
    Word("night", "taken by the night service", "گرفته‌شده در خدمت شبانه"),
    Word("archive", "copied from the paper archive", "رونوشت‌شده از بایگانی کاغذی"),
)

MARKETS = (
    Word("de", "Germany", "آلمان"),
    Word("aut", "Austria", "اتریش"),
    Word("ch", "Switzerland", "سوئیس"),
    Word("fr", "France", "فرانسه"),
    Word("it", "Italy", "ایتالیا"),
    Word("es", "Spain", "اسپانیا"),
    Word("pt", "Portugal", "پرتغال"),
    Word("nl", "the Netherlands", "هلند"),
    Word("be", "Belgium", "بلژیک"),
    Word("dk", "Denmark", "دانمارک"),
    Word("se", "Sweden", "سوئد"),
    Word("fi", "Finland", "فنلاند"),
    Word("pl", "Poland", "لهستان"),
    Word("cz", "Czechia", "چک"),
    Word("hu", "Hungary", "مجارستان"),
    Word("ro", "Romania", "رومانی"),
    Word("gr", "Greece", "یونان"),
    Word("ie", "Ireland", "ایرلند"),
    Word("hr", "Croatia", "کرواسی"),
    Word("si", "Slovenia", "اسلوونی"),
    Word("sk", "Slovakia", "اسلواکی"),
    Word("bg", "Bulgaria", "بلغارستان"),
    Word("lt", "Lithuania", "لیتوانی"),
    Word("lv", "Latvia", "لتونی"),
    Word("ee", "Estonia", "استونی"),
    Word("lu", "Luxembourg", "لوکزامبورگ"),
    Word("mt", "Malta", "مالت"),
    Word("cy", "Cyprus", "قبرس"),
    Word("no", "Norway", "نروژ"),
    Word("is", "Iceland", "ایسلند"),
    Word("li", "Liechtenstein", "لیختن‌اشتاین"),
    Word("ir", "Iran", "ایران"),
    Word("tr", "Turkey", "ترکیه"),
    Word("am", "Armenia", "ارمنستان"),
    Word("ge", "Georgia", "گرجستان"),
    Word("tj", "Tajikistan", "تاجیکستان"),
)

SYSTEMS = tuple(
    Word(*row)
    for row in (
        ("shop", "Web shop", "فروشگاه اینترنتی"),
        ("crm", "Customer relations", "ارتباط با مشتری"),
        ("mart", "Warehouse of figures", "انبار داده"),
        ("post", "Mailing", "نامه‌رسانی"),
        ("desk", "Service desk", "میز خدمت"),
        ("phone", "Telephone system", "سامانهٔ تلفن"),
        ("till", "Tills", "صندوق‌ها"),
        ("bills", "Billing", "صدور صورت‌حساب"),
        ("ship", "Shipping", "ارسال"),
        ("polls", "Surveys", "نظرسنجی‌ها"),
        ("app", "App backend", "پشتیبان برنامهٔ همراه"),
        ("club", "Customer club", "باشگاه مشتریان"),
        ("portal", "Customer portal", "درگاه مشتری"),
        ("stats", "Web statistics", "آمار وب"),
        ("fairs", "Trade fairs", "نمایشگاه‌ها"),
        ("repairs", "Workshops", "تعمیرگاه‌ها"),
        ("rent", "Rentals", "اجاره"),
        ("vouchers", "Vouchers", "کدهای تخفیف"),
        ("reviews", "Reviews", "نقدها"),
        ("stores", "Stores", "فروشگاه‌ها"),
        ("lockers", "Parcel lockers", "صندوق‌های امانات"),
        ("classes", "Classes", "کلاس‌ها"),
        ("bulk", "Wholesale", "عمده‌فروشی"),
        ("papers", "Paper archive", "بایگانی کاغذی"),
    )
)
