"""Addresses of the panel's budgets, approval rules and prices."""

from django.urls import path

from suno_web.panel.budgets import check_views, price_views, rule_views, views

urlpatterns = [
    path("admin/budgets/", views.budgets, name="budgets"),
    path("admin/budgets/default/", views.default_budget, name="default_budget"),
    path("admin/budgets/allowance/", views.allowance, name="allowance"),
    path("admin/budgets/grants/", views.grant, name="grant"),
    path("admin/budgets/members/<int:member_id>/raise/", views.raise_, name="raise_member"),
    path("admin/budgets/projects/<uuid:project_id>/raise/", views.raise_, name="raise_project"),
    path("admin/budgets/raises/<int:raise_id>/end/", views.raise_end, name="raise_end"),
    path("admin/budgets/checks/", check_views.checks, name="checks"),
    path("admin/budgets/rules/", rule_views.rules, name="rules"),
    path("admin/budgets/rules/wait/", rule_views.wait, name="wait"),
    path("admin/budgets/rules/return/", rule_views.rule_return, name="rule_return"),
    path("admin/budgets/rules/<int:rule_id>/removal/", rule_views.rule_removal, name="rule_removal"),
    path("admin/prices/", price_views.prices, name="prices"),
    path("admin/prices/csv/", price_views.prices_csv, name="prices_csv"),
    path("admin/prices/withdrawals/<int:price_id>/", price_views.withdrawal, name="price_withdrawal"),
    path("admin/prices/<slug:operation>/", price_views.price, name="price"),
]
