from dingdan.kernel.contact import EmailNotUsable, PostalAddress
from dingdan.masterdata.customers.commands import save_customers
from dingdan.masterdata.customers.events import CustomerSaved
from dingdan.masterdata.customers.models import Address, Customer, CustomerContact
from dingdan.masterdata.customers.rules import AddressDraft, ContactDraft, CustomerDraft, Identity, IdentityTaken
from tests.masterdata.shop import Shop, counted


def _draft(number: int, email: str = "") -> CustomerDraft:
    address = PostalAddress(
        country_code="DE", name=f"Person {number}", city="Bonn", postal_code="53111", street_address=f"Weg {number}"
    )
    return CustomerDraft(
        contact=ContactDraft(name=f"Person {number}", email=email or f"p{number}@example.com"),
        addresses=(AddressDraft(address=address),),
        identities=(Identity(source="file", external_id=str(number)),),
    )


def test_it_works(shop: Shop) -> None:
    answers = save_customers.many([(shop.call(), _draft(number)) for number in range(3)])
    assert [type(answer) for answer in answers] == [CustomerSaved] * 3
    assert sorted(CustomerContact.objects.values_list("customer__number", "name")) == [
        ("C1001", "Person 0"), ("C1002", "Person 1"), ("C1003", "Person 2"),
    ]  # fmt: skip


def test_the_number_of_statements_does_not_grow_with_the_customers(shop: Shop) -> None:
    with counted() as first:
        save_customers.many([(shop.call(), _draft(number)) for number in range(400)])
    with counted() as again:
        save_customers.many([(shop.call(), _draft(number, f"new{number}@example.com")) for number in range(400)])
    assert (Customer.objects.count(), CustomerContact.objects.count(), Address.objects.count()) == (400, 400, 400)
    assert CustomerContact.objects.filter(email="new399@example.com").count() == 1
    assert len(first) <= 10
    assert len(again) <= 10


def test_each_is_refused_on_its_own_and_later_ones_see_earlier_ones(shop: Shop) -> None:
    twice = CustomerDraft(number="X", identities=(Identity(source="file", external_id="0"),))
    answers = save_customers.many(
        [(shop.call(), draft) for draft in (_draft(0), _draft(1, "no mail"), twice, _draft(0, "new@example.com"))]
    )
    assert [type(answer) for answer in answers] == [CustomerSaved, EmailNotUsable, IdentityTaken, CustomerSaved]
    assert list(CustomerContact.objects.values_list("email", flat=True)) == ["new@example.com"]
    assert shop.entries() == 2
