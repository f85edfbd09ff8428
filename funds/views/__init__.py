"""Pages of money, by what they show."""
