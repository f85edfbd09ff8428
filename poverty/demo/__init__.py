"""The demonstration county: generated people on Yuzhou's real divisions, so that the document's own figures come out.

Nobody in it exists. The order of the work stands in build.py; check.py reads the figures back from the rows.
"""
