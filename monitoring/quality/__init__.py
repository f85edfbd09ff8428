"""Doubtful data: numbered checks over sheets of columns, the faults they find, and the time it takes to mend them."""
