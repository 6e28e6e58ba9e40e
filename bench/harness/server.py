"""Rows of the real server, beside nginx, the bound and PostgreSQL. They fail when there is no server."""
import http.client
import json
import os
import shutil
import time

from . import bounds, load
from .process import Child, Failure, Postgres, free_port, get, nginx_start, same_answer
from .table import Table

JSON = {"Content-Type": "application/json"}
OBJECTS = (0, 20, 200)


def server_start(cx, data=None, options=()):
    """On a store of its own in child.folder/data, or on the one in `data`."""
    folder, port = cx.fresh("server"), free_port()
    child = Child([cx.server, "serve", "--listen", f"127.0.0.1:{port}", "--data", data or f"{folder}/data", *options],
                  port, log=f"{folder}/said")
    child.folder = folder
    return child.wait_for_port()


def post(child, path, document):
    status, _, body = get(child.port, path, "POST", json.dumps(document), JSON)
    if status not in (200, 201):
        raise Failure(f"POST {path}: {status} {body[:500]!r}")
    return json.loads(body)


def hotel_create(child, name):
    return post(child, "/config", {"name": name})["response"][0]["code"]


def hotel_fill(child, code, types):
    """About 300 B a room type in the document, so that 200 make about 60 kB; 90 a request at most."""
    for first in range(0, types, 90):
        post(child, f"/config/{code}/rooms/type", {"code": code, "roomTypes": [
            {"code": f"T{n}", "name": f"Room type {n}", "description": "A quiet room to the garden. " * 6}
            for n in range(first, min(first + 90, types))]})


def gethotel(cx):
    with cx.children() as start:
        server = start(server_start(cx))
        paths = {}
        for n in OBJECTS:
            code = hotel_create(server, f"Bench {n}")
            hotel_fill(server, code, n)
            paths[f"/config/{code}"] = n
        answers = {path: get(server.port, path) for path in paths}
        ours = {"server": server}
        for name in ("nginx plain", "nginx tuned"):
            ours[name] = start(nginx_start(cx.fresh("nginx"), answers, name.endswith("tuned")))
        only = set()
        for path, captured in answers.items():
            for name in list(ours)[1:]:
                only.update(same_answer(captured, get(ours[name].port, path)))
        sizes = ", ".join(f"{n}: {len(answers[path][2]):,} B" for path, n in paths.items())
        table = Table("getHotel beside nginx", f"Hotels with 0, 20, 200 room types ({sizes}), access logs on. nginx "
                      "serves the same bytes as files under the same header fields, but for "
                      f"{', '.join(sorted(only)) or 'none'}.")
        for path in cx.interleaved(paths):
            for n in cx.connections:
                for name, child in ours.items():
                    table.add(f"{paths[path]} types, {n} conn", name, load.wrk(child, path, n, cx.seconds))
        for name, child in ours.items():
            table.command(name, child.command)
        table.command("load", load.wrk_command("PORT", "/config/CODE", "N", cx.seconds))
    return table


def server_adds(cx, table, case, clients, hotels):
    """A fresh server and store for every reading, as the bound has it."""
    server = server_start(cx)
    try:
        codes = [hotel_create(server, f"Bench {n}") for n in range(hotels)]
        script = (bounds.ADD_TYPE, bounds.hotel_list(cx, codes), "T")
        table.add(case, "server", load.wrk(server, "/", clients, cx.seconds, script))
        table.command("server", server.command)
    finally:
        server.stop()


def addtype(cx):
    table = Table("addRoomType, durable, beside the bound and PostgreSQL",
                  "wrk posts room types with fresh codes. The bound: our front without rules, 64 workers, group "
                  "commit of the same three rows. PostgreSQL: the three rows by one function call, and one row, "
                  "without HTTP.")
    with cx.children() as start:
        postgres = start(Postgres(cx.fresh("postgres"), 1000))
        for hotels in cx.interleaved((1, 1000)):
            for n in cx.connections:
                case = f"hotels {hotels}, clients {n}"
                server_adds(cx, table, case, n, hotels)
                bounds.commit_over_http(cx, table, "bound", case, n, hotels, bounds.HANDOFF["front, worker"])
                bounds.postgres_both(cx, table, postgres, case, n, hotels)
        table.command("load", load.wrk_command("PORT", "/", "N", cx.seconds, (bounds.ADD_TYPE, "codes", "T")))
    return table


def memory(cx):
    table = Table("Memory of one server, KiB", "One process from start on; VmHWM is its highest ever.", "VmRSS",
                  (("VmHWM", "hwm", 0),))
    for _ in range(cx.repeats):
        with cx.children() as start:
            server = start(server_start(cx))

            def note(case, child=server):
                table.add(case, "server", {"rate": child.status_kib("VmRSS"), "hwm": child.status_kib("VmHWM")})

            note("started, empty")
            code = hotel_create(server, "Bench")
            hotel_fill(server, code, 200)
            load.wrk(server, f"/config/{code}", 64, cx.seconds)
            note("after getHotel of 200 types, 64 conn")
            codes = [hotel_create(server, f"Bench {n}") for n in range(100)]
            load.wrk(server, "/", 64, cx.seconds, (bounds.ADD_TYPE, bounds.hotel_list(cx, codes), "T"))
            note("after addRoomType over 100 hotels, 64 conn")
            table.command("server", server.command)
    return table


def ready(port):
    try:
        return get(port, "/readyz")[0] == 200
    except (OSError, http.client.HTTPException):
        return False


def start_once(cx, folder):
    port = free_port()
    begun = time.monotonic()
    child = Child([cx.server, "serve", "--listen", f"127.0.0.1:{port}", "--data", f"{folder}/data"], port,
                  log=f"{folder}/said")
    try:
        while not ready(port):
            if child.process.poll() is not None or time.monotonic() > begun + 150:
                raise Failure(f"the server does not get ready: {child.said()}")
            time.sleep(0.0005)
        took_ms = (time.monotonic() - begun) * 1e3
    finally:
        child.stop()
    return took_ms, child.command


def start(cx):
    table = Table("Start, from exec to the first 200 of /readyz", "Goal: an empty store in less than 50 ms. The "
                  "second start opens the store that the first one made.", "ms", ())
    for _ in range(max(cx.repeats, 5)):
        folder = cx.fresh("start")
        for case in ("no store yet", "an empty store"):
            took_ms, command = start_once(cx, folder)
            table.add(case, "server", {"rate": took_ms})
            table.command("server", command)
        shutil.rmtree(folder)
    return table


def need_server(path):
    if not os.access(path, os.X_OK):
        raise Failure(f"no server at {path}: build it (make build) or name it with --server")
