"""Lists of other departments held against our records: received, matched, compared, every difference worked to its end."""
