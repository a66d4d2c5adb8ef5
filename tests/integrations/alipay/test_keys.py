"""Keys and certificates as merchants copy them."""

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from dingdan.integrations.alipay import keys
from tests.integrations.alipay.vectors import TOLD, read

MINE, PUBLIC = read("app_key.pem"), read("alipay_public.pem")
NAMES = ("app_key.pem", "alipay_public.pem", "app.crt", "alipay.crt", "root.crt")


def bare(pem: str) -> str:
    """The text without its first and last line, as Alipay's tool gives it."""
    return "".join(line for line in pem.splitlines() if not line.startswith("-----"))


def test_it_works() -> None:
    told = keys.keys_of(*map(read, NAMES))
    assert (told.app_cert_sn, told.root_cert_sn) == (TOLD["app_cert_sn"], TOLD["root_cert_sn"])
    assert dict(told.certified) == {TOLD["alipay_cert_sn"]: keys.public_keys(PUBLIC)[0]}
    assert told.plain == ()


def test_with_plain_keys_nothing_is_named() -> None:
    told = keys.keys_of(MINE, PUBLIC, "", "", "")
    assert (told.app_cert_sn, told.root_cert_sn, told.certified) == ("", "", {})
    assert told.of("") == told.of("whatever") == keys.public_keys(PUBLIC)


def test_certificates_are_chosen_by_name() -> None:
    told = keys.keys_of(*map(read, NAMES))
    assert told.of(TOLD["alipay_cert_sn"]) == told.of("") == keys.public_keys(PUBLIC)
    assert told.of(TOLD["app_cert_sn"]) == ()


def test_while_alipay_changes_both_are_known() -> None:
    both = keys.keys_of(MINE, "", read("app.crt"), read("alipay.crt") + read("app.crt"), read("root.crt"))
    assert set(both.certified) == {TOLD["alipay_cert_sn"], TOLD["app_cert_sn"]}
    assert len(both.of("")) == 2


def test_a_private_key_with_and_without_its_lines() -> None:
    assert keys.private_key(MINE).private_numbers() == keys.private_key(bare(MINE)).private_numbers()
    newer = read("alipay_key.pem")
    assert newer.startswith("-----BEGIN PRIVATE KEY-----")
    assert keys.private_key(newer).public_key() == keys.private_key(bare(newer)).public_key() == keys.public_keys(PUBLIC)[0]


def test_several_public_keys() -> None:
    first = keys.public_keys(PUBLIC)
    assert keys.public_keys(f"{bare(PUBLIC)}\n\n{PUBLIC}") == (*first, *first)
    assert keys.public_keys(PUBLIC + PUBLIC) == (*first, *first)
    assert keys.public_keys(" \n") == ()


@pytest.mark.parametrize("text", ["", "secret", "MIIB", "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----", PUBLIC])
def test_what_is_no_private_key(text: str) -> None:
    with pytest.raises(keys.Fault):
        keys.private_key(text)


def test_roots_by_rsa_are_wanted() -> None:
    assert len(keys.roots(read("root.crt"))) == 2
    with pytest.raises(ValueError, match="no root"):
        keys.roots(read("root.crt").split("\n\n")[0])


def test_an_authority_is_not_alipay() -> None:
    _leaf, authority = keys.certificates(read("alipay.crt"))
    assert keys.issued([_leaf, authority]) == [_leaf]
    with pytest.raises(ValueError, match="authorities"):
        keys.issued([authority])


def test_alipays_certificate_is_signed_under_its_roots() -> None:
    leaf, authority = keys.certificates(read("alipay.crt"))
    anchors = keys.roots(read("root.crt"))
    assert keys.rooted([leaf, authority], anchors) == keys.rooted([authority, leaf], anchors) == [leaf]
    strange = anchors[1:]  # a root, but not the one behind it
    for found, behind in (([leaf], anchors), ([leaf, authority], strange), ([leaf, authority], [authority][:0])):
        with pytest.raises(keys.Unrooted):
            keys.rooted(found, behind)


def test_a_changed_byte_of_a_certificate_is_found() -> None:
    leaf, authority = keys.certificates(read("alipay.crt"))
    raw = bytearray(leaf.public_bytes(Encoding.DER))
    raw[-1] ^= 1
    changed = x509.load_der_x509_certificate(bytes(raw))
    with pytest.raises(keys.Unrooted):
        keys.rooted([changed, authority], keys.roots(read("root.crt")))


def test_whoever_was_issued_a_certificate_issues_none() -> None:
    """A certificate that Alipay's authority gave to a merchant cannot vouch for another one."""
    merchant, key = keys.certificates(read("app.crt"))[0], keys.private_key(MINE)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Alipay")])
    built = x509.CertificateBuilder().subject_name(name).issuer_name(merchant.subject).public_key(key.public_key())
    built = built.serial_number(1).not_valid_before(merchant.not_valid_before_utc).not_valid_after(merchant.not_valid_after_utc)
    made = built.sign(key, SHA256())
    _leaf, authority = keys.certificates(read("alipay.crt"))
    with pytest.raises(keys.Unrooted):
        keys.rooted([made, merchant, authority], keys.roots(read("root.crt")))


def test_nothing_of_a_private_key_is_shown() -> None:
    told = keys.keys_of(*map(read, NAMES))
    assert "private" not in repr(told)
    assert str(keys.private_key(MINE).private_numbers().d) not in repr(told)
