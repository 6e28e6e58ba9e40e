"""What a healthy client feels while others attack: p99 before and during, at a rate that is far from the limit."""
import os
import re
import subprocess
import time

from .client import metric
from .process import Failure, get
from .server import hotel_create, hotel_fill, post, server_start
from .table import Table

READS, WRITES = 400, 100  # a second, over 8 connections each
FIELDS = "Host: localhost\r\nContent-Type: application/json\r\n"


def request(method, path, body="", more=""):
    length = f"Content-Length: {len(body)}\r\n" if body else ""
    return f"{method} {path} HTTP/1.1\r\n{FIELDS}{length}{more}\r\n{body}"


def attacks(large, other):
    """Name: options of attack.c and its payload. Those with a rate leave the machine to the others for the most part."""
    slow_body = request("POST", f"/config/{other}/tags", " " * 100000)
    unknown = request("GET", "/unknown-@@@@@@@@") * 50
    return {
        "10,000 idle connections": (["--connections", 10000, "--addresses", 8, "--repeats", 1], request("GET", "/livez")),
        "1,000 slow heads": (["--connections", 1000, "--at-once", 4, "--send-rate", 1, "--step", 1, "--again", 1],
                             request("GET", "/livez", more=f"X-Slow: {'s' * 1000}\r\n")),
        "1,000 slow bodies": (["--connections", 1000, "--at-once", 200, "--send-rate", 1100, "--step", 550], slow_body),
        "200 slow readers of 2.8 MB": (["--connections", 200, "--read-rate", 10000, "--again", 1, "--repeats", 1, "--rate", 20],
                                       request("GET", f"/config/{large}")),
        "reconnecting, 1,000/s": (["--connections", 50, "--drops", 1, "--again", 1, "--rate", 1000], ""),
        "reconnecting, unbounded": (["--connections", 50, "--drops", 1, "--again", 1], ""),
        "pipelined 404s, 5,000/s": (["--connections", 8, "--rate", 100], unknown),
        "pipelined 404s, unbounded": (["--connections", 8], unknown),
    }


class Attack:
    """Its program; ends with its standard input."""

    def __init__(self, cx, port, options, payload):
        command = [cx.program("attack"), "--port", port, *options]
        if payload:
            command += ["--payload", payload_file(cx, payload)]
        self.command = [str(word) for word in command]
        self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        if not self.process.stdout.readline().startswith("open "):
            raise Failure(f"{self.command} did not begin")
        self.begun = time.monotonic()

    def end(self):
        """Answers a second, connections opened a second."""
        seconds = time.monotonic() - self.begun
        out, _ = self.process.communicate("", timeout=150)
        statuses = re.findall(r"^status (\d+) (\d+)$", out, re.M)
        opened = int(re.search(r"^opened (\d+)$", out, re.M).group(1))
        return sum(int(n) for _, n in statuses) / seconds, opened / seconds

    def stop(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


def payload_file(cx, text):
    path = os.path.join(cx.fresh("payload"), "bytes")
    with open(path, "w", encoding="ascii", newline="") as f:
        f.write(text)
    return path


def probe_start(cx, port, rate, payload, seconds):
    command = [cx.program("probe"), "--port", str(port), "--connections", "8", "--rate", str(rate), "--seconds", str(seconds),
               "--payload", payload_file(cx, payload)]
    return command, subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def measure(cx, table, server, hotel, name):
    """p50 and p99 of reads and of writes at the same time. The writes have a hotel of their own: no code comes twice."""
    seconds = cx.seconds if cx.short else max(2, cx.seconds)
    code = hotel_create(server, f"Probe {name} {cx.count}")
    body = '{"roomTypes":[{"code":"T@@@@@@@@","name":"Double room","description":"A quiet room to the garden."}]}'
    asked = {"getHotel": (READS, request("GET", f"/config/{hotel}")),
             "addRoomType": (WRITES, request("POST", f"/config/{code}/rooms/type", body))}
    running = {what: probe_start(cx, server.port, rate, payload, seconds) for what, (rate, payload) in asked.items()}
    got = {}
    for what, (command, process) in running.items():
        out, _ = process.communicate(timeout=seconds + 150)
        table.command(what, command)
        if process.returncode:
            raise Failure(f"a healthy client, {what}, {name}: {out[:500]}")
        value = dict(re.findall(r"^(\w+)_us (\d+)$", out, re.M))
        got[what] = {"p50": int(value["p50"]), "rate": int(value["p99"])}
    return got


def wait_until_quiet(server):
    end = time.monotonic() + 150
    while metric(server.port, "innkeeper_http_connections_open") > 1:
        if time.monotonic() > end:
            raise Failure("connections of an attack that is over are still open")
        time.sleep(0.1)


def one(cx, table, server, hotel, name, options, payload):
    before = measure(cx, table, server, hotel, "before " + name)
    attack = Attack(cx, server.port, options, payload)
    try:
        time.sleep(0.5)
        during = measure(cx, table, server, hotel, name)
        answers, opened = attack.end()
    finally:
        attack.stop()
    table.command(name, attack.command)
    for what, got in during.items():
        was = before[what]
        table.add(f"{what}, {name}", "under attack", {
            **got, "before": was["rate"], "before50": was["p50"], "ratio": got["rate"] / was["rate"], "answers": answers,
            "opened": opened, "rss": server.status_kib("VmRSS") / 1024})
    wait_until_quiet(server)


def attack(cx):
    table = Table("Healthy clients under attack, p99 in µs",
                  f"{READS} cached getHotel (20 room types) and {WRITES} durable addRoomType a second, 8 connections each, both at once; "
                  "p99 before and during each attack, of one process on the same machine, which has 2 cores for all: an unbounded "
                  "flood also measures how the kernel shares them, so each flood is shown with a bounded rate too. "
                  "Goal: during ÷ before at most 2. Every answer is checked to be a 200.", "p99 µs",
                  (("p99 before", "before", 0), ("during ÷ before", "ratio", 2), ("p50 µs", "p50", 0),
                   ("p50 before", "before50", 0), ("attack: answers/s", "answers", 0), ("connections/s", "opened", 0),
                   ("VmRSS MiB", "rss", 0)))
    with cx.children() as start:
        server = start(server_start(cx))
        hotel, large, other = (hotel_create(server, name) for name in ("Bench", "Large", "Other"))
        hotel_fill(server, hotel, 20)
        for part in range(2):
            post(server, f"/config/{large}/rooms/type", {"roomTypes": [
                {"code": f"L{part}-{n}", "description": "z" * 16000} for n in range(90)]})
        for code in (hotel, large):
            get(server.port, f"/config/{code}")
        measure(cx, table, server, hotel, "warm")
        chosen = attacks(large, other)
        for name in cx.interleaved(chosen):
            one(cx, table, server, hotel, name, *chosen[name])
        table.command("server", server.command)
    return table
