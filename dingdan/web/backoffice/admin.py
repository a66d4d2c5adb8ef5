"""Which list shows which model."""

from dingdan.automation.models import Notice
from dingdan.insight.board.models import BoardRow
from dingdan.integrations.webhooks.models import Delivery, Endpoint
from dingdan.ledgers.inventory.models import Balance
from dingdan.ledgers.payments.models import Payment
from dingdan.masterdata.catalog.models import Product, Variant
from dingdan.masterdata.customers.models import Customer
from dingdan.masterdata.policies.models import ReturnRule
from dingdan.masterdata.shop.models import Profile
from dingdan.masterdata.staff.models import ApiKey
from dingdan.trade.aftersales.models import Claim, Return, ReturnLine
from dingdan.trade.settlement.models import CreditNote, Invoice
from dingdan.web.backoffice import goods, mails, money, orders, people, returns, shop, webhooks
from dingdan.web.backoffice.site import site

site.register(BoardRow, orders.Orders)
site.register(Customer, people.Customers)
site.register(Product, goods.Products)
site.register(Variant, goods.Variants)
site.register(Balance, goods.Stock)
site.register(Return, returns.Returns)
site.register(Claim, returns.Claims)
site.register(ReturnRule, returns.Rules)
site.register(ReturnLine, returns.Reports)
site.register(Payment, money.Payments)
site.register(Invoice, money.Invoices)
site.register(CreditNote, money.CreditNotes)
site.register(Profile, shop.Shop)
site.register(Notice, mails.Mails)
site.register(ApiKey, people.ApiKeys)
site.register(Endpoint, webhooks.Endpoints)
site.register(Delivery, webhooks.Deliveries)
