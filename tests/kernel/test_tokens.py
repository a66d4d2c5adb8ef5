import re

from dingdan.kernel.tokens import digest_of, new_token, prefix_of


def test_a_token_is_found_by_its_prefix_and_known_by_its_digest() -> None:
    token = new_token()
    assert re.fullmatch(r"dd_[a-z0-9]{12}_[A-Za-z0-9_-]{43}", token.text)
    assert prefix_of(token.text) == token.prefix
    assert digest_of(token.text) == token.digest
    assert token.text[16:] not in token.prefix + token.digest


def test_no_two_tokens_are_alike() -> None:
    assert len({new_token().text for _ in range(200)}) == 200


def test_what_is_no_token_has_no_prefix() -> None:
    text = new_token().text
    for wrong in (
        "",
        "dd_",
        text + "x",
        text[:-1],
        text.replace("dd_", "sk_"),
        text.upper(),
        "dd_" + "a" * 56,
        text + "\n",
        "\ud800",
    ):
        assert prefix_of(wrong) is None
    assert len(digest_of("\ud800")) == 64
