"""Countries as people write them."""

from dingdan.integrations.importers.countries import country_code
from dingdan.integrations.importers.online_retail.places import place


def test_it_works() -> None:
    assert country_code("United Kingdom") == "GB"
    assert country_code(" united  kingdom ") == "GB"
    assert country_code("de") == "DE"
    assert country_code("Atlantis") is None
    assert country_code("ZZ") is None


def test_every_country_of_online_retail_has_its_code() -> None:
    named = {
        "Australia": "AU", "Austria": "AT", "Bahrain": "BH", "Belgium": "BE", "Brazil": "BR", "Canada": "CA",
        "Channel Islands": "JE", "Cyprus": "CY", "Czech Republic": "CZ", "Denmark": "DK", "EIRE": "IE",
        "European Community": None, "Finland": "FI", "France": "FR", "Germany": "DE", "Greece": "GR", "Hong Kong": "HK",
        "Iceland": "IS", "Israel": "IL", "Italy": "IT", "Japan": "JP", "Lebanon": "LB", "Lithuania": "LT", "Malta": "MT",
        "Netherlands": "NL", "Norway": "NO", "Poland": "PL", "Portugal": "PT", "RSA": "ZA", "Saudi Arabia": "SA",
        "Singapore": "SG", "Spain": "ES", "Sweden": "SE", "Switzerland": "CH", "USA": "US", "United Arab Emirates": "AE",
        "United Kingdom": "GB", "Unspecified": None,
    }  # fmt: skip
    assert len(named) == 38
    assert {name: place(name) for name in named} == named
