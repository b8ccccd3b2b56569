"""The entered fields whose values a derived field tells of: who may not see one of them does not see the field.

Which rows count (their status, number, customer) is no secret of a figure, nor is that a line charges something at all.
"""

from __future__ import annotations

from collections.abc import Mapping

from visavis.catalogue.formulas import Reads

_AMOUNT: Reads = (("invoice_line", "amount"),)
_DAY: Reads = (("invoice", "issued_at"),)
_PRICE: Reads = (*_AMOUNT, ("invoice_line", "unit_price"), ("invoice_line", "quantity"))
_MARGIN: Reads = (*_AMOUNT, ("invoice_line", "cost"), ("product", "cost"), ("invoice_line", "quantity"))
_ENTRY: Reads = (("cost", "amount"), ("cost", "quantity"), ("cost", "kind"))
_WORK: Reads = (*_ENTRY, ("activity", "minutes"), ("activity", "kind"), ("ticket", "priority"))
_LENT: Reads = (*_ENTRY, *_AMOUNT, ("invoice", "total"), ("payment", "amount"), ("payment", "paid_on"), *_DAY)
_SERVED: Reads = tuple(dict.fromkeys((*_WORK, *_LENT)))
_GIVEN: Reads = (*_PRICE, *_ENTRY)
_VALUE: Reads = (*_AMOUNT, *_DAY)
_PRODUCT: Reads = (("invoice_line", "product"), ("product", "name"))
_CATEGORY: Reads = (("invoice_line", "product"), ("product", "category"))
_BAND: Reads = (*_PRICE, ("invoice_line", "product"))
_CHANNEL: Reads = (("activity", "kind"), ("ticket", "channel"))

_NAMES: Mapping[Reads, str] = {
    _AMOUNT: "revenue_net revenue_gross returns abc_class abc_rank abc_share monetary m_score",
    _DAY: (
        "invoice_count first_purchase last_purchase cohort_month recency_days frequency r_score f_score p_alive"
        " expected_purchases churn_state preferred_weekday preferred_weekday_sure"
    ),
    _MARGIN: "margin goods_cost",
    _VALUE: (
        "rfm_segment expected_value expected_value_low expected_value_high churn_probability xyz_class xyz_variation"
        " cluster cluster_profile"
    ),
    (*_MARGIN, *_DAY): "key_index key_class",
    (("deal", "amount"), ("deal", "stage")): "won_value",
    (("deal", "stage"),): "won_count",
    _PRICE: "gross_sales",
    _GIVEN: "discount_cost",
    (*_AMOUNT, *_ENTRY): "return_cost",
    _WORK: "service_cost sales_cost",
    _ENTRY: "delivery_cost campaign_cost other_cost",
    _LENT: "credit_cost",
    _SERVED: "cost_to_serve dear_to_serve",
    tuple(dict.fromkeys((*_GIVEN, *_MARGIN, *_SERVED))): "net_profit",
    (("invoice_line", "cost"), ("product", "cost"), *_WORK): "unknown_costs",
    _PRODUCT: "preferred_product preferred_product_sure",
    _CATEGORY: "preferred_category preferred_category_sure",
    _BAND: "price_band price_band_sure",
    _CHANNEL: "preferred_channel preferred_channel_sure",
    (*_PRODUCT, *_DAY): "next_product next_product_chance",
    (*_PRODUCT, *_DAY, *_MARGIN): "next_offer_value",
    (): "leave_probability",
}
SOURCES: Mapping[str, Reads] = {name: reads for reads, names in _NAMES.items() for name in names.split()}
