"""A client of our own where each of many paths is to be asked for once, and where one answer's time counts."""
import re
import socket
import time

from .process import Failure, get

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.I)
PIPELINED = 50


def read_answers(sock, count, path):
    """Lengths of the bodies of so many answers that were asked for at once."""
    data, at = b"", 0
    for _ in range(count):
        while (end := data.find(b"\r\n\r\n", at)) < 0:
            data, at = data[at:] + receive(sock, path), 0
        head = data[at:end + 4]
        length = LENGTH.search(head)
        if not head.startswith(b"HTTP/1.1 200 ") or not length:
            raise Failure(f"GET at or behind {path}: {head!r}")
        at, length = end + 4, int(length.group(1))
        while len(data) - at < length:
            data, at = data[at:] + receive(sock, path), 0
        at += length
        yield length


def receive(sock, path):
    got = sock.recv(1 << 18)
    if not got:
        raise Failure(f"the connection ended at or behind {path}")
    return got


def get_each(port, paths):
    """Each path once, in order, over one connection; the sum of the bodies' bytes."""
    total = 0
    with socket.create_connection(("127.0.0.1", port), timeout=60) as sock:
        for first in range(0, len(paths), PIPELINED):
            some = paths[first:first + PIPELINED]
            sock.sendall("".join(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" for path in some).encode())
            total += sum(read_answers(sock, len(some), some[0]))
    return total


def timed_post(child, path, body):
    """Milliseconds of one POST on a connection of its own, CPU milliseconds of the server, highest memory so far in KiB."""
    before, begun = child.cpu(), time.monotonic()
    status, _, answer = get(child.port, path, "POST", body, {"Content-Type": "application/json"})
    took = time.monotonic() - begun
    if status != 200:
        raise Failure(f"POST {path}: {status} {answer[:500]!r}")
    return {"rate": took * 1e3, "cpu": (child.cpu() - before) * 1e3}


def metric(port, name):
    text = get(port, "/metrics")[2].decode()
    found = re.search(rf"^{name} (\d+)$", text, re.M)
    if not found:
        raise Failure(f"no metric {name}")
    return int(found.group(1))
