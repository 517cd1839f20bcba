"""One change of a system's trust store, whichever family it is: all of it or nothing.

family.py  what has to be known of a family    change.py  a change, and the way back
record.py  what is kept on disk about it       tree.py    an image of what the family's command makes
run.py     running that command                others.py  waiting for others who do the same
"""
