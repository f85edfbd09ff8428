"""Postings when a division is dissolved into another."""

from datetime import date

from accounts.models import Posting
from villages.models import Division


def postings_follow(division: Division, into: Division, on: date) -> None:
    """Open postings move to the surviving division; whoever already serves there in that role keeps the one posting."""
    for posting in Posting.objects.select_for_update().filter(division=division, effective_to__isnull=True):
        kept = Posting.objects.filter(
            user=posting.user_id, role=posting.role_id, division=into, effective_to__isnull=True
        )
        if kept.exists():
            posting.effective_to = max(on, posting.effective_from)
            posting.save(update_fields=["effective_to"])
        else:
            posting.division = into
            posting.save(update_fields=["division"])
