"""`dev.py bench`: how fast the program is beside others, in ratios measured in one run.

Times depend on the machine and the day; ratios of interleaved runs much less. Nothing of the
program is imported here: whole processes are timed, as a user would start them.
"""
