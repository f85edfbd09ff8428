"""What-if: the rules with a moved parameter, or of another pack, over a kept fact sheet. Nothing is adopted, no sign changes."""
