"""The visit plan: what is asked of a household, and where it stands. The lines are data of the policy packs."""
