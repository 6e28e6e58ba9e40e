#!/usr/bin/env python3
"""terminal.py COMMAND...: runs it with a pseudo terminal as its stderr; what it writes there comes out of ours.

The command takes this process's place, so that signals and the exit code are its own.
"""
import os
import sys

master, slave = os.openpty()
if os.fork() == 0:
    os.close(slave)
    while True:
        try:
            data = os.read(master, 65536)
        except OSError:  # what Linux says when nobody has the terminal open any more
            os._exit(0)
        if not data:
            os._exit(0)
        os.write(2, data)
os.close(master)
os.dup2(slave, 2)
os.close(slave)
os.execvp(sys.argv[1], sys.argv[1:])
