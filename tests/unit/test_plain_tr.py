"""Plain Turkish requests, such as people type into a form, each beside what asks for nothing."""

from __future__ import annotations

import pytest

from handlers.values import Intent
from tests.unit.contrasts import mistaken, pairs_of

# Ends nothing in either mailbox, and a text that asks for the end in cancel@.
NO_END = {
    "tr": (
        (
            "Siparişimi iptal etmeme yardım eder misiniz?",
            "Hesabımı kapatmama yardım eder misiniz?",
        ),
        ("Mail hesabımı silmek için yardım lazım", "Hesabımı silmek için yardım lazım"),
        ("Müşterimin hesabını kapatmama yardım edin", "Firmamızın hesabını kapatmama yardım edin"),
        (
            "Hesabımı kapatmama yardım ettiğiniz için teşekkürler",
            "Hesabımı kapatmama yardım ederseniz sevinirim",
        ),
        (
            "Hesap silme konusunda bilgi rica ederim",
            "Hesap silme konusunda desteğinizi rica ederim",
        ),
        ("Hesabımı kapatmanız mümkün değil mi?", "Hesabımı kapatmanız mümkün mü?"),
        ("Siteyi bakım için kapatır mıydınız?", "Siteyi tamamen kapatır mıydınız?"),
        ("Siparişin iptalini rica edebilir miyiz?", "Sözleşmenin iptalini rica edebilir miyiz?"),
        ("Hesabımı silmem gerekiyor mu?", "Hesabımı sildirmem lazım"),
        ("Hesabı silmek istiyordum, bir sorum var önce", "Hesabı sildirmek istiyoruz"),
        ("Spor salonu üyeliğimi iptal edin", "Premium üyeliğimi iptal edin"),
        ("Öğrenci üyeliklerini iptal edin", "Öğrenci üyeliğimi iptal edin"),
        ("Ofisin internet aboneliğini iptal edin", "Ofisin aboneliğini iptal edin"),
        ("Instagram profilimi silin", "Sitenizdeki profilimi silin"),
        ("Öğrenci kaydımı silin", "Sitenizdeki kaydımı silin"),
        ("Hesabımı ve bilgilerimi güncelleyin", "Hesabımı ve bilgilerimi silin"),
        ("Tarafıma ait olmayan hesabı kapatın", "Tarafıma ait hesabı kapatın"),
        ("Aboneliğe nasıl son veririm?", "Aboneliğime son verin"),
        ("Ek depolamayı iptal edin, paket dursun", "Ekonomik paket sözleşmemi iptal edin"),
        ("Üyeliği bırakmak istemiyorum", "Üyeliği bırakmak istiyorum"),
        (
            "Teklifiniz için teşekkür ederim, nakil işlemine devam edin",
            "Teklifiniz için teşekkür ederim, kapatma işlemine devam edin",
        ),
        ("Sipariş iptal işlemine devam edin", "Sözleşmenin fesih sürecine devam edin"),
        (
            "Sözleşmeyi feshettiğimizi bildirir bir yazı almadık",
            "Sözleşmeyi feshettiğimizi bildirir, gereğini rica ederiz",
        ),
    ),
}

# Opts nobody out in either mailbox, and a text that opts its writer out in support@.
NO_OPT_OUT = {
    "tr": (
        (
            "Bültenimizden çıkmak isteyenlere yardım eder misiniz?",
            "Bülteninizden çıkmama yardım eder misiniz?",
        ),
        (
            "Kara listeden çıkmamıza yardım eder misiniz?",
            "Listenizden çıkmamıza yardım eder misiniz?",
        ),
        ("Listeden bir kopya alabilir misiniz?", "Beni listeden alabilir misiniz?"),
        ("Webinar daveti gelmedi", "Webinar daveti istemiyorum"),
        ("Ürün duyurusu nasıl yapılır?", "Ürün duyurusu göndermeyin"),
        ("Reklam izni nasıl geri alınır?", "Reklam iznimi geri çekiyorum"),
        ("Bülten iptali yaptım ama onay gelmedi", "Bülten iptali rica ederim"),
        ("Her siparişte mail gelmesin, nereden ayarlanır?", "Reklam maili gelmesin artık"),
    ),
}


@pytest.mark.parametrize(("language", "told", "asked"), pairs_of(NO_END))
def test_ends_only_what_is_asked_to_end(language: str, told: str, asked: str) -> None:
    assert not mistaken(Intent.CANCELLATION, language, told, asked)


@pytest.mark.parametrize(("language", "told", "asked"), pairs_of(NO_OPT_OUT))
def test_opts_out_only_who_asks_for_it(language: str, told: str, asked: str) -> None:
    assert not mistaken(Intent.OPT_OUT, language, told, asked)
