"""Journeys of people through the product, in a real browser. The browser is named by CHROMIUM."""
