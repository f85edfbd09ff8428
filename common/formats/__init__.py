"""How dates are written and read, in place of Django's own for the language (settings.FORMAT_MODULE_PATH)."""
