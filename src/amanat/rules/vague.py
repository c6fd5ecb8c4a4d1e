"""Reasons that say nothing: words that fit any purpose, in English and Persian.

A reason is vague when no word of it tells this purpose from another. The Article 29 Working Party names such
phrases in its opinion on purpose limitation (WP203, section III.1.1): improving users' experience, marketing,
IT security, future research. The same phrases are fine beside words that say what is done.
"""

from __future__ import annotations

import re
from functools import cache

from amanat.conflicts.folding import fold

_LITTLE = """
a all also an and any are as at be been by can do does etc for from has have if in into is it
its may more of on or our own so than that the their them these this those to us was we what
when where which who will with you your و یا به از در با بر برای که را تا این آن هر ما شما آنها
است هست بود شود می‌شود باشد نیز هم های ها ای همه همهٔ خود
"""

_ANYTHING = """
activities activity analysis analytics appropriate best better business businesses client
clients commercial company corporate customer customers daily data develop development different
efficiency efficient enhance enhancement enhancing everyday experience experiences fixme
functionality future general good growth improve improved improvement improvements improves
improving information innovation interest interests internal it legal legitimate management
manage managing marketing misc miscellaneous n na necessary need needed needs new none normal
offer offering offerings offers operation operational operations optimisation optimise
optimising optimization optimize optimizing other others our people personal process processes
processing product products provide providing provision purpose purposes quality reason reasons
regular required requirement requirements research sales security service services several site
standard statistical statistics tbd todo unknown unspecified usage use used useful user users
uses using usual value various website work سایر دیگر موارد متفرقه متفرق غیره مقاصد مقصود اهداف
هدف منظور تجاری بازرگانی کسب کار کسب‌وکار کسب‌و‌کار بهبود ارتقا ارتقاء ارتقای بهبودی بهتر
بهینه‌سازی خدمات خدمت سرویس سرویس‌ها کیفیت تجربه تجربهٔ تجربه‌ی کاربر کاربران کاربری مشتری
مشتریان مشترک مشترکان محصول محصولات نیاز نیازها نیازهای داخلی عمومی کلی استفاده داده داده‌ها
داده‌های اطلاعات شرکت سازمان فعالیت فعالیت‌ها فعالیت‌های مختلف گوناگون متنوع لازم ضروری
بازاریابی تحلیل تحلیل‌ها آمار پژوهش تحقیق تحقیقات توسعه توسعهٔ آتی آینده نامشخص نامعلوم ارائه
ارائهٔ ارایه انجام امور کارها مدیریت رشد نوآوری امنیت قانونی مشروع روزمره عملیات عملیاتی
"""


@cache
def _empty_words() -> frozenset[str]:
    return frozenset(fold(word) for word in (_LITTLE + _ANYTHING).split())


def is_vague(reason: str) -> bool:
    """Whether no word of a reason says what is done."""
    words = re.findall(r"[^\W\d_]+", fold(reason))
    return all(word in _empty_words() for word in words)
