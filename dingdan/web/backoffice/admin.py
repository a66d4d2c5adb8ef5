"""Which list shows which model."""

from dingdan.automation.models import Notice, RegisterImport, ReportSchedule
from dingdan.insight.board.models import BoardRow
from dingdan.insight.rollups.models import SalesHour
from dingdan.integrations.webhooks.models import Delivery, Endpoint
from dingdan.ledgers.inventory.models import Balance, Location, Node, Threshold, Transfer
from dingdan.ledgers.payments.models import GiftCard, Payment
from dingdan.masterdata.catalog.models import Category, Product, Variant
from dingdan.masterdata.channels.models import Channel
from dingdan.masterdata.customers.models import Customer, Watch
from dingdan.masterdata.messengers.models import MessengerAccount
from dingdan.masterdata.methods.models import MerchantAccount, PaymentMethod, ReminderLevel
from dingdan.masterdata.policies.models import ReturnRule
from dingdan.masterdata.pricing.models import Price, PriceList, ShippingMethod, TaxRate
from dingdan.masterdata.promotions.models import Promotion
from dingdan.masterdata.rates.models import Rate
from dingdan.masterdata.sellers.models import Seller
from dingdan.masterdata.shop.models import Profile, Storefront
from dingdan.masterdata.staff.models import ApiKey, Membership, Role
from dingdan.trade.aftersales.models import Claim, Return, ReturnLine, StrayParcel
from dingdan.trade.changes.models import Bulk
from dingdan.trade.closing.models import AccountMapping, Bill, DayClose, Payout
from dingdan.trade.counting.models import Count
from dingdan.trade.dunning.models import Reminder
from dingdan.trade.fulfillment.models import Shipment
from dingdan.trade.reconciliation.models import Discrepancy, Statement, StatementLine
from dingdan.trade.review.models import Review, Rule
from dingdan.trade.settlement.models import CreditNote, Invoice
from dingdan.trade.tickets.models import Ticket
from dingdan.trade.wishes.models import Wish
from dingdan.web.backoffice import (
    api_keys,
    bank,
    bulk,
    claims,
    counts,
    days,
    exceptions,
    gateway_bills,
    gift_cards,
    goods,
    journal,
    mails,
    messengers,
    methods,
    money,
    orders,
    overdue,
    people,
    rates,
    report_schedules,
    reports,
    return_reports,
    return_rules,
    returns,
    reviews,
    roles,
    rules,
    shop,
    staff,
    stock,
    stray_parcels,
    tickets,
    transfers,
    warehouse,
    watches,
    webhooks,
    wishes,
)
from dingdan.web.backoffice.registers import imports, lists, promoting
from dingdan.web.backoffice.site import site

__all__ = ["site"]

site.register(BoardRow, orders.Orders)
site.register(SalesHour, reports.Reports)
site.register(ReportSchedule, report_schedules.Schedules)
site.register(Bulk, bulk.Bulks)
site.register(Ticket, tickets.Tickets)
site.register(Customer, people.Customers)
site.register(Watch, watches.Watches)
site.register(Review, reviews.ReviewDesk)
site.register(Rule, rules.Rules)
site.register(Product, goods.Products)
site.register(Category, lists.Categories)
site.register(Variant, goods.Variants)
site.register(Balance, stock.Stock)
site.register(Count, counts.Counts)
site.register(Threshold, lists.Thresholds)
site.register(Transfer, transfers.Transfers)
site.register(Shipment, warehouse.Shipments)
site.register(PriceList, lists.PriceLists)
site.register(Price, lists.Prices)
site.register(TaxRate, lists.TaxRates)
site.register(Promotion, promoting.Promotions)
site.register(ShippingMethod, lists.ShippingMethods)
site.register(Channel, lists.Channels)
site.register(Seller, lists.Sellers)
site.register(Node, lists.Nodes)
site.register(Location, lists.Locations)
site.register(RegisterImport, imports.Imports)
site.register(Return, returns.Returns)
site.register(Claim, claims.Claims)
site.register(StrayParcel, stray_parcels.StrayParcels)
site.register(ReturnRule, return_rules.Rules)
site.register(ReturnLine, return_reports.Reports)
site.register(Payment, money.Payments)
site.register(GiftCard, gift_cards.GiftCards)
site.register(Invoice, money.Invoices)
site.register(CreditNote, money.CreditNotes)
site.register(StatementLine, bank.Bank)
site.register(Statement, bank.Statements)
site.register(Discrepancy, exceptions.Exceptions)
site.register(DayClose, days.Days)
site.register(Bill, gateway_bills.Bills)
site.register(Payout, gateway_bills.Payouts)
site.register(AccountMapping, journal.Journal)
site.register(Profile, shop.Shop)
site.register(Storefront, lists.Storefronts)
site.register(MerchantAccount, methods.MerchantAccounts)
site.register(PaymentMethod, methods.PaymentMethods)
site.register(Rate, rates.Rates)
site.register(ReminderLevel, methods.ReminderLevels)
site.register(MessengerAccount, messengers.Messengers)
site.register(Reminder, overdue.Overdue)
site.register(Notice, mails.Mails)
site.register(Wish, wishes.Wishes)
site.register(ApiKey, api_keys.ApiKeys)
site.register(Membership, staff.People)
site.register(Role, roles.Roles)
site.register(Endpoint, webhooks.Endpoints)
site.register(Delivery, webhooks.Deliveries)
