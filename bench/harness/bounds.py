"""Rows that need no server of ours: the bound of the front beside nginx, the bound of a commit beside PostgreSQL."""
import os
import time

from . import load
from .process import Child, Postgres, free_port, get, nginx_start, same_answer
from .table import Table

ADD_TYPE = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "add_room_type.lua")

# SQLite's log kept at 20 MiB and written in place: the fastest we found, so the bound to be measured by.
TUNED = ["--checkpoint-pages", "4000", "--wal-mib", "20"]


def bound_front(cx, *options):
    port = free_port()
    log = os.path.join(cx.fresh("front"), "access.log")
    return Child([cx.program("bound_front"), "--port", port, "--log-file", log, *options], port).wait_for_port()


def front(cx):
    table = Table("The front alone, beside nginx",
                  "400 B and 60,000 B, keep-alive, access log on. `event`: answered on one of 2 event threads; "
                  "`worker`: handed to one of 8 workers and back. nginx serves the same bytes as files under the same "
                  "header fields; plain: its defaults with sendfile, a log write a request; tuned: log buffered, "
                  "open_file_cache, tcp_nopush.")
    with cx.children() as start:
        ours = {"event": start(bound_front(cx)), "worker": start(bound_front(cx, "--workers", "8"))}
        answers = {path: get(ours["event"].port, path) for path in ("/small", "/large")}
        for name in ("nginx plain", "nginx tuned"):
            ours[name] = start(nginx_start(cx.fresh("nginx"), answers, name.endswith("tuned")))
            for path, captured in answers.items():
                same_answer(captured, get(ours[name].port, path))
        for path in cx.interleaved(answers):
            for n in cx.connections:
                for name, child in ours.items():
                    table.add(f"{path[1:]}, {n} conn", name, load.wrk(child, path, n, cx.seconds))
        for name, child in ours.items():
            table.command(name, child.command)
        table.command("load", load.wrk_command("PORT", "/small", "N", cx.seconds))
    return table


FRONT_DETAILS = {
    "as decided": [],
    "edge-triggered": ["--epoll", "edge"],
    "log line a write": ["--log", "each"],
    "no log": ["--log", "off"],
    "head and body copied": ["--send", "copy"],
    "head, then sendfile of a memfd": ["--send", "file"],
    "head and body two writes": ["--send", "two"],
    "two writes, Nagle": ["--send", "two", "--nodelay", "no"],
    "SO_REUSEPORT": ["--accept", "reuseport"],
    "Nagle": ["--nodelay", "no"],
    "1 event thread": ["--threads", "1"],
    "4 event threads": ["--threads", "4"],
}


def front_details(cx):
    table = Table("Details of the front", "One setting changed at a time; 2 event threads that answer themselves.")
    with cx.children() as start:
        ours = {name: start(bound_front(cx, *options)) for name, options in FRONT_DETAILS.items()}
        for path in cx.interleaved(("/small", "/large")):
            for n in (8, 64):
                for name, child in ours.items():
                    table.add(f"{path[1:]}, {n} conn", name, load.wrk(child, path, n, cx.seconds))
        for name, child in ours.items():
            table.command(name, child.command)
    return table


def hotel_list(cx, codes):
    path = os.path.join(cx.fresh("hotels"), "codes")
    with open(path, "w", encoding="ascii") as f:
        f.write("\n".join(codes) + "\n")
    return path


def commit_over_http(cx, table, contestant, case, clients, hotels, options):
    """A fresh database and process for every reading, so that each starts with the same small hotels."""
    folder, port = cx.fresh("commit"), free_port()
    child = Child([cx.program("bound_commit"), "--db", f"{folder}/db", "--hotels", hotels, "--port", port,
                   "--log-file", f"{folder}/access.log", *options], port, log=f"{folder}/said")
    try:
        codes = hotel_list(cx, [f"h{n:06d}" for n in range(hotels)])
        got = load.wrk(child.wait_for_port(), "/", clients, cx.seconds, (ADD_TYPE, codes, "T"))
    finally:
        child.stop()
    got["group"] = load.group_text(child.said())
    cx.remove(folder)
    table.add(case, contestant, got)
    table.command(contestant, child.command)


def commit_in_process(cx, table, contestant, case, clients, hotels, options):
    folder = cx.fresh("commit")
    command = [cx.program("bound_commit"), "--db", f"{folder}/db", "--hotels", str(hotels), "--clients", str(clients),
               "--seconds", str(cx.seconds), *options]
    table.add(case, contestant, load.bound_clients(command, cx.seconds))
    table.command(contestant, command)
    cx.remove(folder)


def postgres_both(cx, table, postgres, case, clients, hotels):
    for contestant, statement in (
            ("PostgreSQL, the three rows", f"\\set h random(0, {hotels - 1})\nSELECT add_room_type(:h);"),
            ("PostgreSQL, one row", "INSERT INTO one(attrs) VALUES (repeat('h', 900));")):
        table.add(case, contestant, load.pgbench(postgres, statement, clients, cx.seconds))
        table.command(contestant, load.pgbench_command(postgres.folder, "script.sql", clients, cx.seconds)
                      + ["#", *statement.split("\n")])


HANDOFF = {
    "front, worker": ["--front", "worker", "--workers", "64", *TUNED],
    "front, event thread": ["--front", "worker", "--workers", "0", *TUNED],
    "front, no thread waits": ["--front", "queue", *TUNED],
}


def commit(cx):
    table = Table("A durable addRoomType without logic, beside PostgreSQL",
                  "Three rows a commit: `ctl` conditioned on its revision, a room type of 250 B, a history item of "
                  "900 B. In process: client threads call the group commit. `front`: the same over HTTP; the commit "
                  "waits on one of 64 workers, on one of the 2 event threads, or nowhere (the writer hands the "
                  "exchange back; hotels are not locked there). One hotel is written by one client at a time. "
                  "PostgreSQL: no HTTP, pgbench over a unix socket, fsync and synchronous_commit on; three rows = one "
                  "call of a function, one row = one prepared INSERT of 900 B.", "commits/s")
    with cx.children() as start:
        postgres = start(Postgres(cx.fresh("postgres"), 1000))
        for hotels in cx.interleaved((1, 1000)):
            for n in cx.connections:
                case = f"hotels {hotels}, clients {n}"
                commit_in_process(cx, table, "in process", case, n, hotels, TUNED)
                for name, options in HANDOFF.items():
                    commit_over_http(cx, table, name, case, n, hotels, options)
                postgres_both(cx, table, postgres, case, n, hotels)
        table.command("load", load.wrk_command("PORT", "/", "N", cx.seconds, (ADD_TYPE, "codes", "T")))
    return table


COMMIT_DETAILS = {
    "as decided": ["--checkpoint-pages", "4000", "--wal-mib", "20"],
    "SQLite's defaults": [],
    "log of 4,000 pages, not prefilled": ["--checkpoint-pages", "4000"],
    "log of 16,000 pages, prefilled": ["--checkpoint-pages", "16000", "--wal-mib", "72"],
    "pages of 2 KiB": ["--page-bytes", "2048", "--checkpoint-pages", "8000", "--wal-mib", "20"],
    "pages of 8 KiB": ["--page-bytes", "8192", "--checkpoint-pages", "2000", "--wal-mib", "20"],
    "writer lingers 100 µs": ["--linger-us", "100", "--checkpoint-pages", "4000", "--wal-mib", "20"],
}


def commit_details(cx):
    table = Table("Details of the commit", "64 clients over 1,000 hotels, in process, one setting changed at a time.",
                  "commits/s")
    for name in cx.interleaved(COMMIT_DETAILS):
        commit_in_process(cx, table, name, "hotels 1000, clients 64", 64, 1000, COMMIT_DETAILS[name])
    for name in cx.interleaved(("16 workers", "64 workers", "128 workers")):
        commit_over_http(cx, table, "front, " + name, "hotels 1000, connections 64", 64, 1000,
                         ["--front", "worker", "--workers", name.split()[0], *TUNED])
    return table


def settle(cx):
    """Waits for writes of an earlier row to leave the disk alone."""
    os.sync()
    time.sleep(0 if cx.short else 1)

