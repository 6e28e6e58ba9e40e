#!/usr/bin/env python3
"""service_manager.py PATH: the socket that NOTIFY_SOCKET names (@name = abstract), which Node can not open. Prints a line of JSON
for each message; ends with its standard input."""
import json
import os
import socket
import sys
import threading

manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
manager.bind(sys.argv[1].replace("@", "\0", 1) if sys.argv[1].startswith("@") else sys.argv[1])
print(json.dumps("bound"), flush=True)
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
while True:
    print(json.dumps(manager.recv(65536).decode()), flush=True)
