"""Pages of money."""

from django.urls import path

from funds.views import documents, payments

app_name = "funds"
urlpatterns = [
    path("", documents.overview, name="overview"),
    path("documents/new/", documents.document_create, name="document-create"),
    path("documents/<int:pk>/", documents.document_detail, name="document-detail"),
    path("documents/<int:pk>/edit/", documents.document_edit, name="document-edit"),
    path("documents/<int:pk>/allocations/", documents.allocation_create, name="allocation-create"),
    path("allocations/", payments.allocation_list, name="allocation-list"),
    path("allocations/<int:pk>/", payments.allocation_detail, name="allocation-detail"),
    path("allocations/<int:pk>/change/", payments.allocation_change, name="allocation-change"),
    path("allocations/<int:pk>/payments/", payments.payment_submit, name="payment-submit"),
    path("payments/", payments.payment_list, name="payment-list"),
    path("payments/<int:pk>/", payments.payment_detail, name="payment-detail"),
    path("payments/<int:pk>/confirm/", payments.payment_confirm, name="payment-confirm"),
    path("payments/<int:pk>/refuse/", payments.payment_refuse, name="payment-refuse"),
    path("payments/<int:pk>/withdraw/", payments.payment_withdraw, name="payment-withdraw"),
    path("payments/<int:pk>/reverse/", payments.payment_reverse, name="payment-reverse"),
    path("ledger/", payments.ledger_list, name="ledger-list"),
    path("projects/<int:pk>/panel/", payments.project_panel, name="project-panel"),
]
