"""The mail that says that an article can be had again, to somebody who asked for it: once, and with a way to ask for no more."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from dingdan.automation.imprint import imprint
from dingdan.automation.letters import Fact, Letter, Recipient
from dingdan.automation.looks import look_of
from dingdan.automation.models import Notice
from dingdan.automation.notice_links import in_shop, wish_link
from dingdan.automation.notices import reader_locale, shop_name
from dingdan.kernel.models import Tenant
from dingdan.kernel.text import said
from dingdan.masterdata.catalog.rules import said_options
from dingdan.masterdata.shop.queries import profile_in_force, storefront
from dingdan.trade.wishes import queries


def letter_of_wish(notice: Notice) -> Letter | None:
    """What a notice about a wish says; None when the address was forgotten."""
    assert notice.wish_id is not None  # noqa: S101 (the database says so)
    wish = queries.wish(notice.wish_id)
    if not wish.email:
        return None
    tenant, product = Tenant.objects.get(id=notice.tenant_id), wish.variant.product
    shop = shop_name(tenant)
    letter = Letter(Recipient("", wish.email), shop, notice.language, look=look_of(shop), is_about_order=False)
    with translation.override(notice.language.lower()):
        name = said(product.name_i18n, notice.language, product.name)
        told = said_options(wish.variant.options, product.options_i18n, notice.language)
        options = ", ".join(value for _name, value in told)
        article = f"{name} ({options})" if options else name
        letter.names["article"] = {"name": article, "page": None}
        letter.subject = _("{article} can be had again at {shop}").format(article=article, shop=letter.shop)
        letter.heading = _("It is back")
        letter.paragraphs.append(_("You wanted to know when {article} can be had again. It can be now.").format(article=article))
        letter.paragraphs.append(_("We keep no piece aside for you: it is sold to whoever orders first."))
        if storefront() is not None:
            page = reverse("shop_product", kwargs=in_shop(tenant.slug, notice.language) | {"slug": product.slug})
            letter.names["article"]["page"] = settings.PUBLIC_URL + page
            letter.button = Fact(_("To the article"), "", settings.PUBLIC_URL + page)
            letter.stop = settings.PUBLIC_URL + wish_link(wish.id, tenant.slug, notice.language, at=notice.queued_at)
        letter.why = _("You get this mail, once, because you asked {shop} to tell you.").format(shop=letter.shop)
        profile = profile_in_force()
        if profile is not None:
            letter.imprint, letter.reply_to = imprint(profile, reader_locale(notice.language, tenant.country)), profile.email
    return letter
