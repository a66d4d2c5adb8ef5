"""What each page of the back office needs: a row for every address, by the permission that opens it or lets it be sent."""

_PROMOTIONS = "promotions.restore_promotion + promotions.retire_promotion + promotions.save_promotion"
LOOK: dict[str, str] = {
    "aftersales.read": """
        aftersales_claim_change aftersales_claim_changelist aftersales_claim_file aftersales_return_change
        aftersales_return_changelist aftersales_return_desk aftersales_return_desk_at aftersales_return_desk_what
        aftersales_return_file aftersales_returnline_change aftersales_returnline_changelist aftersales_strayparcel_change
        aftersales_strayparcel_changelist aftersales_strayparcel_file board_boardrow_aftersales returns_warranty
    """,
    "automation.read": "automation_notice_change automation_notice_changelist",
    "catalog.read": """
        catalog_category_change catalog_category_changelist catalog_product_change catalog_product_changelist
        catalog_variant_change catalog_variant_changelist product_picture register_export
    """,
    "catalog.restore_variant + catalog.retire_variant + catalog.save_products": """
        catalog_product_edit catalog_product_new register_import register_many
    """,
    "catalog.restore_category + catalog.retire_category + catalog.save_category": "catalog_category_edit catalog_category_new",
    "changes.change_orders": "board_boardrow_changes",
    "changes.split_order": "board_boardrow_regroup",
    "changes.start_bulk": "changes_bulk_new",
    "changes.undo_changes": "board_boardrow_undo",
    "changes.undo_regrouping": "board_boardrow_ungroup",
    "channels.read": "channels_channel_change channels_channel_changelist",
    "channels.restore_channel + channels.retire_channel + channels.save_channel": "channels_channel_edit channels_channel_new",
    "closing.read": """
        closing_accountmapping_change closing_accountmapping_changelist closing_bill_change closing_bill_changelist
        closing_dayclose_change closing_dayclose_changelist closing_dayclose_csv closing_dayclose_pdf closing_journal_file
        closing_payout_change closing_payout_changelist
    """,
    "counting.read": """
        counting_count_change counting_count_changelist counting_count_desk counting_count_place counting_count_plan
        counting_count_what
    """,
    "counting.start_count": "counting_count_new",
    "customers.block_customer + customers.save_customers + customers.unblock_customer": """
        customers_customer_edit customers_customer_new
    """,
    "customers.read": "customers_customer_change customers_customer_changelist customers_watch_change customers_watch_changelist",
    "customers.erase_customer_contact + customers.read": "customers_customer_forget",
    "customers.merge_customers + customers.read": "customers_customer_merge",
    "customers.save_watch": "customers_watch_new",
    "dunning.read": "dunning_reminder_change dunning_reminder_changelist",
    "fulfillment.read": """
        fulfillment_shipment_change fulfillment_shipment_changelist fulfillment_shipment_hand_over fulfillment_shipment_manifest
        fulfillment_shipment_pack fulfillment_shipment_paper fulfillment_shipment_round fulfillment_shipment_what
    """,
    "inventory.read": """
        inventory_balance_change inventory_balance_changelist inventory_location_change inventory_location_changelist
        inventory_node_change inventory_node_changelist inventory_threshold_change inventory_threshold_changelist
        inventory_transfer_change inventory_transfer_changelist stock_export
    """,
    "inventory.save_location": "inventory_location_edit inventory_location_new",
    "inventory.save_threshold": "inventory_threshold_edit inventory_threshold_new",
    "inventory.save_node": "inventory_node_edit inventory_node_new",
    "messengers.read": "messengers_messengeraccount_change messengers_messengeraccount_changelist",
    "messengers.save_messenger": "messenger_edit messenger_new",
    "methods.read": """
        methods_merchantaccount_change methods_merchantaccount_changelist methods_paymentmethod_change
        methods_paymentmethod_changelist methods_reminderlevel_change methods_reminderlevel_changelist payment_method_offered
    """,
    "methods.save_merchant_account": "merchant_account_edit merchant_account_new",
    "methods.save_payment_method": "payment_method_edit payment_method_new",
    "methods.save_reminder_level": "reminder_level_edit reminder_level_new",
    "orders.read": """
        board_boardrow_change board_boardrow_changelist board_boardrow_print changes_bulk_change changes_bulk_changelist
    """,
    "orders.place_orders + orders.read": "board_boardrow_new board_boardrow_new_article_what",
    "customers.read + orders.place_orders + orders.read": "board_boardrow_new_customer_what",
    "orders.read + payments.read": "board_boardrow_pay",
    "payments.issue_gift_cards": "payments_giftcard_new",
    "payments.read": """
        money_desk payments_giftcard_change payments_giftcard_changelist payments_payment_change payments_payment_changelist
    """,
    "payments.redeem_gift_card": "board_boardrow_spend board_boardrow_spend_by",
    "policies.adopt_return_preset": "return_rule_adopt",
    "policies.read": "policies_returnrule_change policies_returnrule_changelist",
    "policies.save_return_rule": "return_rule_edit return_rule_new",
    "pricing.read": """
        pricing_price_change pricing_price_changelist pricing_pricelist_change pricing_pricelist_changelist
        pricing_shippingmethod_change pricing_shippingmethod_changelist pricing_taxrate_change pricing_taxrate_changelist
    """,
    "pricing.restore_price_list + pricing.retire_price_list + pricing.save_price_list + pricing.set_prices": """
        pricing_pricelist_edit pricing_pricelist_new
    """,
    "pricing.restore_shipping_method + pricing.retire_shipping_method + pricing.save_shipping_method": """
        pricing_shippingmethod_edit pricing_shippingmethod_new
    """,
    "pricing.restore_tax_rate + pricing.retire_tax_rate + pricing.save_tax_rate": "pricing_taxrate_edit pricing_taxrate_new",
    "promotions.read": "promotions_promotion_change promotions_promotion_changelist",
    _PROMOTIONS: "promotions_promotion_edit promotions_promotion_new",
    "rates.read": "rates_rate_change rates_rate_changelist",
    "rates.save_rate": "rate_edit rate_new",
    "rates.save_rates": "rate_list",
    "reconciliation.read": """
        reconciliation_discrepancy_change reconciliation_discrepancy_changelist reconciliation_statement_change
        reconciliation_statement_changelist reconciliation_statementline_change reconciliation_statementline_changelist
    """,
    "reports.read": """
        automation_reportschedule_change automation_reportschedule_changelist report report_file rollups_saleshour_change
        rollups_saleshour_changelist
    """,
    "reports.read + views.begin_export": "automation_reportschedule_new",
    "review.read": """
        review_review_change review_review_changelist review_rule_change review_rule_changelist review_rule_file
        review_rule_part review_rule_try
    """,
    "review.save_rule": "review_rule_edit review_rule_new",
    "sellers.read": "sellers_seller_change sellers_seller_changelist",
    ("sellers.restore_seller + sellers.resume_seller + sellers.retire_seller + sellers.save_seller + sellers.suspend_seller"): """
        sellers_seller_edit sellers_seller_new
    """,
    "settlement.read": """
        settlement_creditnote_change settlement_creditnote_changelist settlement_creditnote_pdf settlement_invoice_change
        settlement_invoice_changelist settlement_invoice_pdf
    """,
    "shop.read": "shop_profile_change shop_profile_changelist shop_storefront_change shop_storefront_changelist storefront_logo",
    "shop.restore_storefront + shop.retire_storefront + shop.save_storefront": "shop_storefront_edit shop_storefront_new",
    "staff.create_api_key": "staff_apikey_new",
    "staff.read": """
        staff_apikey_change staff_apikey_changelist staff_membership_change staff_membership_changelist staff_role_change
        staff_role_changelist
    """,
    "staff.save_membership": "staff_invite",
    "staff.save_role": "staff_role_edit staff_role_new",
    "tickets.open_ticket": "tickets_new",
    "tickets.read": "tickets_file tickets_report tickets_report_csv tickets_ticket_change tickets_ticket_changelist",
    "wording.read": "wording_edit wording_level wording_list wording_way",
    "wishes.read": "wishes_wish_change wishes_wish_changelist",
    "webhooks.read": """
        webhooks_delivery_change webhooks_delivery_changelist webhooks_endpoint_change webhooks_endpoint_changelist
    """,
}
"""What may be looked at, by what it needs."""

DO: dict[str, str] = {
    "aftersales.cancel_return": "aftersales_return_do:cancel",
    "aftersales.deny_claim": "aftersales_claim_do:deny",
    "aftersales.grade_return": "aftersales_return_do:grade",
    "aftersales.label_return": "aftersales_return_do:label",
    "aftersales.lapse_return": "aftersales_return_do:lapse",
    "aftersales.join_parcel": "aftersales_strayparcel_do:join",
    "aftersales.read": """
        aftersales_claim_files aftersales_return_desk_photo aftersales_return_desk_send aftersales_return_files
        aftersales_strayparcel_files board_boardrow_aftersales_do
    """,
    "aftersales.receive_return": "aftersales_return_do:receive",
    "aftersales.resolve_claim": "aftersales_claim_do:keep aftersales_claim_do:refund aftersales_claim_do:replacement",
    "aftersales.scan_return": "aftersales_return_do:scan",
    "aftersales.settle_parcel": "aftersales_strayparcel_do:settle",
    "aftersales.thank_customer": "aftersales_claim_do:thank",
    "aftersales.withdraw_claim": "aftersales_claim_do:withdraw",
    "catalog.restore_category": "catalog_category_do:restore",
    "catalog.restore_product": "catalog_product_do:restore",
    "catalog.restore_variant": "catalog_variant_do:restore",
    "catalog.restore_variant + catalog.retire_variant + catalog.save_products": """
        catalog_product_edit catalog_product_new register_import register_many
    """,
    "catalog.retire_category": "catalog_category_do:retire",
    "catalog.retire_product": "catalog_product_do:retire",
    "catalog.retire_variant": "catalog_variant_do:retire",
    "changes.change_orders": "board_boardrow_changes",
    "changes.split_order": "board_boardrow_regroup",
    "changes.start_bulk": "changes_bulk_do:do changes_bulk_new",
    "changes.stop_bulk": "changes_bulk_do:stop",
    "changes.undo_changes": "board_boardrow_undo",
    "changes.undo_regrouping": "board_boardrow_ungroup",
    "channels.restore_channel": "channels_channel_do:restore",
    "channels.restore_channel + channels.retire_channel + channels.save_channel": "channels_channel_edit channels_channel_new",
    "channels.retire_channel": "channels_channel_do:retire",
    "closing.close_day": "closing_day_do:close",
    "closing.compare_bill": "closing_bill_do:fetch",
    "closing.count_cash": "closing_day_do:count",
    "closing.map_accounts": "closing_map_account",
    "closing.receive_payout": "closing_payout_do:receive",
    "closing.reopen_day": "closing_dayclose_do:reopen",
    "counting.abandon_count": "counting_count_do:abandon",
    "counting.apply_count": "counting_count_do:apply",
    "counting.enter_counts": "counting_count_do:enter counting_count_send",
    "counting.start_count": "counting_count_new counting_count_plan",
    "counting.take_back_count": "counting_count_do:take_back",
    "customers.block_customer": "customers_customer_do:block",
    "customers.block_customer + customers.save_customers + customers.unblock_customer": """
        customers_customer_edit customers_customer_new
    """,
    "customers.erase_customer_contact + customers.read": "customers_customer_forget",
    "customers.export_customer + customers.read": "customers_customer_hand_out",
    "customers.merge_customers + customers.read": "customers_customer_merge",
    "customers.note_customer": "customers_customer_do:note",
    "customers.pin_customer_note": "customers_customer_do:pin",
    "customers.record_consent": "customers_customer_do:consent",
    "customers.restore_watch": "customers_watch_do:restore",
    "customers.retire_watch": "customers_watch_do:retire",
    "customers.save_watch": "customers_watch_new",
    "customers.sign_out_login": "customers_customer_do:sign_out",
    "customers.tag_customer": "customers_customer_do:tag",
    "customers.unblock_customer": "customers_customer_do:unblock",
    "customers.unlink_login": "customers_customer_do:unlink",
    "automation.queue_notices": "board_boardrow_do:mail",
    "catalog.add_product_image + catalog.arrange_product_images + catalog.remove_product_image": """
        product_pictures product_pictures_order
    """,
    "dunning.remind_invoices": "dunning_do:remind",
    "dunning.resume_reminders": "dunning_do:resume",
    "dunning.send_statement": "dunning_do:statement",
    "dunning.stop_reminders": "dunning_do:stop",
    "fulfillment.deliver_shipments": "board_boardrow_do:deliver",
    "fulfillment.pack_shipment": "board_boardrow_do:pack",
    "fulfillment.pick_shipment": "board_boardrow_do:pick",
    "fulfillment.plan_shipments": "board_boardrow_do:plan fulfillment_shipment_plan",
    "fulfillment.read": "fulfillment_shipment_send",
    "fulfillment.ship_shipments": "board_boardrow_do:ship",
    "fulfillment.start_wave": "fulfillment_shipment_start",
    "inventory.adjust_stock": "inventory_balance_do:adjust",
    "inventory.announce_supply": "inventory_balance_do:announce",
    "inventory.count_stock": "inventory_balance_do:count",
    "inventory.dispatch_transfer": "inventory_balance_do:transfer",
    "inventory.move_stock": "inventory_balance_do:move",
    "inventory.receive_stock": "inventory_balance_do:receive",
    "inventory.receive_supply": "inventory_balance_do:receive_supply",
    "inventory.receive_transfer": "inventory_transfer_do:receive",
    "inventory.revise_supply": "inventory_balance_do:revise",
    "inventory.save_threshold": "inventory_balance_do:watch inventory_threshold_edit inventory_threshold_new",
    "inventory.set_costs": "inventory_balance_do:cost",
    "inventory.set_safety_stock": "inventory_balance_do:keep",
    "inventory.take_back_adjustment": "inventory_balance_do:take_back",
    "inventory.save_location": "inventory_location_edit inventory_location_new",
    "inventory.save_node": "inventory_node_edit inventory_node_new",
    "automation.retry_notice": "automation_notice_do:retry",
    "automation.skip_notice": "automation_notice_do:skip",
    "messengers.restore_messenger": "messengers_messengeraccount_do:restore",
    "messengers.retire_messenger": "messengers_messengeraccount_do:retire",
    "messengers.save_messenger": "messenger_edit messenger_new",
    "methods.restore_merchant_account": "methods_merchantaccount_do:restore",
    "methods.restore_payment_method": "methods_paymentmethod_do:restore",
    "methods.restore_reminder_level": "methods_reminderlevel_do:restore",
    "methods.retire_merchant_account": "methods_merchantaccount_do:retire",
    "methods.retire_payment_method": "methods_paymentmethod_do:retire",
    "methods.retire_reminder_level": "methods_reminderlevel_do:retire",
    "methods.save_merchant_account": "merchant_account_edit merchant_account_new",
    "methods.save_payment_method": "payment_method_edit payment_method_new",
    "methods.save_reminder_level": "reminder_level_edit reminder_level_new",
    "orders.keep_order_apart": "board_boardrow_apart",
    "orders.place_orders + orders.read": "board_boardrow_new",
    "orders.hold_order": "board_boardrow_do:hold",
    "orders.note_order": "board_boardrow_do:note",
    "orders.read + payments.read": "board_boardrow_pay",
    "orders.resume_order": "board_boardrow_do:resume",
    "orders.tag_order": "board_boardrow_do:tag",
    "payments.answer_dispute": "dispute_answer",
    "payments.forget_saved_method": "customers_customer_do:forget",
    "payments.issue_gift_cards": "payments_giftcard_new",
    "payments.lose_dispute": "payments_payment_do:accept payments_payment_do:lose",
    "payments.open_dispute": "payments_payment_do:dispute",
    "payments.redeem_gift_card": "board_boardrow_spend board_boardrow_spend_by",
    "payments.request_capture": "board_boardrow_do:capture payments_payment_do:take",
    "payments.replace_gift_card": "payments_giftcard_do:replace",
    "payments.void_gift_card": "payments_giftcard_do:void",
    "payments.win_dispute": "payments_payment_do:win",
    "policies.adopt_return_preset": "return_rule_adopt",
    "policies.restore_return_rule": "policies_returnrule_do:restore",
    "policies.retire_return_rule": "policies_returnrule_do:retire",
    "policies.save_return_rule": "return_rule_edit return_rule_new",
    "pricing.restore_price_list": "pricing_pricelist_do:restore",
    "pricing.restore_price_list + pricing.retire_price_list + pricing.save_price_list + pricing.set_prices": """
        pricing_pricelist_edit pricing_pricelist_new
    """,
    "pricing.restore_shipping_method": "pricing_shippingmethod_do:restore",
    "pricing.restore_shipping_method + pricing.retire_shipping_method + pricing.save_shipping_method": """
        pricing_shippingmethod_edit pricing_shippingmethod_new
    """,
    "pricing.restore_tax_rate": "pricing_taxrate_do:restore",
    "pricing.restore_tax_rate + pricing.retire_tax_rate + pricing.save_tax_rate": "pricing_taxrate_edit pricing_taxrate_new",
    "pricing.retire_price_list": "pricing_pricelist_do:retire",
    "pricing.retire_shipping_method": "pricing_shippingmethod_do:retire",
    "pricing.retire_tax_rate": "pricing_taxrate_do:retire",
    "promotions.restore_promotion": "promotions_promotion_do:restore",
    _PROMOTIONS: "promotions_promotion_edit promotions_promotion_new",
    "promotions.retire_promotion": "promotions_promotion_do:retire",
    "rates.restore_rate": "rates_rate_do:restore",
    "rates.retire_rate": "rates_rate_do:retire",
    "rates.save_rate": "rate_edit rate_new",
    "rates.save_rates": "rate_list",
    "reconciliation.ignore_lines": "reconciliation_statementline_do:ignore",
    "reconciliation.import_statements": "reconciliation_statementline_import",
    "reconciliation.match_lines": """
        reconciliation_statementline_accept reconciliation_statementline_do:accept reconciliation_statementline_do:keep
        reconciliation_statementline_do:match
    """,
    "reconciliation.reopen_line": "reconciliation_statementline_do:reopen",
    "reconciliation.resolve_discrepancy": "reconciliation_discrepancy_do:resolve",
    "reconciliation.return_refund": "reconciliation_discrepancy_do:return",
    "reconciliation.reverse_line": "reconciliation_statementline_do:reverse",
    "reconciliation.unmatch_line": "reconciliation_statementline_do:unmatch",
    "reconciliation.write_off_difference": "reconciliation_statementline_do:write_off",
    "reports.read + views.begin_export": """
        automation_reportschedule_do:now automation_reportschedule_do:pause automation_reportschedule_do:resume
        automation_reportschedule_do:retire automation_reportschedule_do:save automation_reportschedule_new
    """,
    "review.activate_rule": "review_rule_do:activate",
    "review.assign_reviews": "review_review_do:assign",
    "review.pass_orders": "review_review_do:pass review_review_pass",
    "review.pause_rule": "review_rule_do:pause",
    "review.question_order": "review_review_do:ask",
    "review.reject_orders": "review_review_do:reject",
    "review.restore_rule": "review_rule_do:restore",
    "review.retire_rule": "review_rule_do:retire",
    "review.review_again": "review_review_do:again",
    "review.save_rule": "review_rule_edit review_rule_import review_rule_new",
    "sellers.restore_seller": "sellers_seller_do:restore",
    ("sellers.restore_seller + sellers.resume_seller + sellers.retire_seller + sellers.save_seller + sellers.suspend_seller"): """
        sellers_seller_edit sellers_seller_new
    """,
    "sellers.resume_seller": "sellers_seller_do:resume",
    "sellers.retire_seller": "sellers_seller_do:retire",
    "sellers.suspend_seller": "sellers_seller_do:suspend",
    "shop.put_storefront_logo + shop.remove_storefront_logo": "storefront_logo_put",
    "shop.restore_storefront": "shop_storefront_do:restore",
    "shop.retire_storefront": "shop_storefront_do:retire",
    "staff.create_api_key": "staff_apikey_new",
    "staff.resume_membership": "staff_membership_do:resume",
    "staff.retire_role": "staff_role_do:retire",
    "staff.revoke_api_key": "staff_apikey_do:revoke",
    "staff.save_membership": "staff_invite staff_invite_again staff_membership_do:roles",
    "staff.save_role": "staff_role_do:renew staff_role_edit staff_role_new",
    "staff.suspend_membership": "staff_membership_do:suspend",
    "staff.want_second_factor": "staff_second_factor",
    "tickets.open_ticket": "tickets_new",
    "tickets.read": "tickets_bulk tickets_say tickets_turn",
    "wishes.withdraw_wishes": "wishes_wish_do:withdraw",
    "wording.switch_mail": "wording_switch",
    "wording.read": "wording_edit wording_level wording_way",
}
"""What may be sent, by what it needs. After a colon: which of the things that one address does."""

ANYBODY = """
    app_list home_block index jsi18n login logout password_change password_change_done search view_on_site
"""
"""What everybody who works here may open: the overview shows to each what they may see, the others hold nothing of a shop."""
KEEPERS = "automation_registerimport_change automation_registerimport_changelist"
"""What whoever may keep some register may look at, and sees the imports of it alone."""
KEEPERS_SEND = "automation_registerimport_arrange automation_registerimport_export automation_registerimport_views"
EDITED = """
    catalog_product_edit channels_channel_edit customers_customer_edit inventory_location_edit inventory_node_edit
    pricing_pricelist_edit pricing_shippingmethod_edit pricing_taxrate_edit promotions_promotion_edit
    sellers_seller_edit
"""
UNSEEN = "automation_registerimport_do inventory_location_do inventory_node_do inventory_threshold_do pricing_price_do"
"""What does nothing, or whose rows are there for those alone who may do it."""
NOBODY = "autocomplete"
"""What the library has and nobody needs: refused to all."""
STRANGERS = """
    account_inactive account_invitation account_login account_logout account_reset_password account_reset_password_done
    account_reset_password_from_key account_reset_password_from_key_done account_signup mfa_login_webauthn openid_connect_callback
    openid_connect_login socialaccount_login_cancelled socialaccount_login_error socialaccount_signup
"""
"""What is there for whoever is not signed in (yet). Whatever else is about an account leads them to the sign-in."""
ONES_OWN = """
    account_change_password account_confirm_reauthentication_code account_reauthenticate account_request_reauthentication_code
    account_set_password mfa_activate_totp mfa_add_webauthn mfa_authenticate mfa_deactivate_totp mfa_download_recovery_codes
    mfa_edit_webauthn mfa_generate_recovery_codes mfa_index mfa_list_webauthn mfa_reauthenticate mfa_reauthenticate_webauthn
    mfa_remove_webauthn mfa_view_recovery_codes socialaccount_connections usersessions_list
"""
