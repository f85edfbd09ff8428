"""What is spoken for: sums the acts check under a lock."""

from django.db.models import Q, QuerySet, Sum

from funds.models import Allocation, Payment

State = Payment.State


def total_fen(rows: QuerySet) -> int:
    return rows.aggregate(total=Sum("amount_fen"))["total"] or 0


def committed_fen(allocation: Allocation) -> int:
    """Confirmed money and money waiting. A waiting reversal frees nothing until it is confirmed."""
    counted = Q(state=State.CONFIRMED) | Q(state=State.SUBMITTED, amount_fen__gt=0)
    return total_fen(Payment.objects.filter(counted, allocation=allocation))
