"""Browsers without a window, driven from outside: what the clients and the tests share.

devtools.py    Chromium, through its debugging pipe
marionette.py  Firefox, through its automation port
"""
