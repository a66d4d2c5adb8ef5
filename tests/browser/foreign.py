"""What of a page is said by the program, and which of its words are English where they should not be."""

from __future__ import annotations

import re
from html import unescape
from typing import Final

UNSEEN: Final = re.compile(
    r"<!--.*?-->|<(script|style|svg|textarea|option|code|small|kbd)\b.*?</\1>|<span[^>]*material-symbols[^>]*>.*?</span>",
    re.DOTALL,
)
"""Scripts, icons that are drawn by their names, what people wrote, and examples of codes."""
OURS: Final = re.compile(r"<(th(?! class=\"field-)|dt|button|summary|label|h3)\b[^>]*>(.*?)</\1", re.DOTALL)
"""What only the program says: headings, labels, buttons."""
HINTS: Final = re.compile(r'\b(?:data-label|placeholder)="([^"]*)"')
TAGS: Final = re.compile(r"<[^>]+>")
WORD: Final = re.compile(r"[A-Za-z]{2,}")
NAMES: Final = """
    API CNY CSV EUR Enter Excel GBP GIF JPEG JavaScript KiB LINE MiB PDF PNG QR SKU SMS URL Webhook WebP XLSX camt esc zh
    Alipay Apple Bank Beancount BIC EORI Google IBAN Kingdee MT PayPal QuickBooks Stripe VAT WeChat Xero
"""
"""What is called so in Chinese, too."""


def foreign(html: str, said_by_people: str) -> list[str]:
    """What the program says on a page in English, but for names, and what people of the shop called so."""
    start = html.find('id="content"')
    page = UNSEEN.sub("", html[max(start, 0) :])
    said = [TAGS.sub(" ", found[2]) for found in OURS.finditer(page)] + HINTS.findall(page)
    known = {*NAMES.split(), *said_by_people.split()}
    return sorted({text for text in (" ".join(unescape(one).split()) for one in said) if _words(text) - known})


def _words(text: str) -> set[str]:
    return set(WORD.findall(re.sub(r"[\w.-]+@[\w.-]+|\S*[_/]\S*|\{\w+\}|例如[^。）)]*", "", text)))
