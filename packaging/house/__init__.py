"""What `dev.py` does, one idea a file; `command_NAME.py` is `dev.py NAME`. Standard library only.

What every start needs (places, stamp, screen, command_run) imports little: it runs each time.
"""
