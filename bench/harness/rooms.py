"""Row saverooms: the whole layout of a hotel in one request."""
import json
import os

from .client import timed_post
from .plain_sqlite import PlainSqlite, bytes_of, difference, rows_of
from .server import post, server_start
from .stores import room_type, tag
from .table import Table

ROOMS_A_FLOOR, FLOORS = 25, 20


def layout(code, rooms, marked=lambda n: False):
    """Rooms in buildings of 500; a marked one has another name of the same length."""
    buildings = []
    for n in range(rooms):
        if n % (ROOMS_A_FLOOR * FLOORS) == 0:
            buildings.append({"name": f"Building {len(buildings)}", "floors": []})
        if n % ROOMS_A_FLOOR == 0:
            buildings[-1]["floors"].append({"num": len(buildings[-1]["floors"]), "rooms": []})
        buildings[-1]["floors"][-1]["rooms"].append({
            "number": 10000 + n, "name": f"{'Suite' if marked(n) else 'Room '} {10000 + n}", "type": f"T{n % 5}",
            "attributes": [{"code": f"g{n % 3}"}]})
    return json.dumps({"code": code, "buildings": buildings}).encode()


def hotel(server, name):
    code = post(server, "/config", {"name": name})["response"][0]["code"]
    post(server, f"/config/{code}/rooms/type", {"code": code, "roomTypes": [room_type(n) for n in range(5)]})
    post(server, f"/config/{code}/tags", {"code": code, "tags": [tag(n) for n in range(3)]})
    return code


def one_hotel(cx, table, server, name, rooms):
    """The four saves of a hotel that had no rooms, and the rows of each written by SQLite alone."""
    code, data = hotel(server, name), os.path.join(server.folder, "data")
    saves = {"first save, all new": layout(code, rooms), "the same again": layout(code, rooms),
             "one room changed": layout(code, rooms, lambda n: n == rooms // 2),
             "all rooms changed": layout(code, rooms, lambda n: n != rooms // 2)}
    before = rows_of(data)
    folder = cx.fresh("plain")
    plain = PlainSqlite(folder, data)
    plain.write(before)
    for case, body in saves.items():
        got = timed_post(server, f"/config/{code}/rooms", body)
        got.update(max=got["rate"], rss=server.status_kib("VmRSS") / 1024, hwm=server.status_kib("VmHWM") / 1024)
        after = rows_of(data)
        puts, deletes = difference(before, after)
        got.update(rows=len(puts) + len(deletes), kib=bytes_of(puts) / 1024)
        table.add(case, "server", got)
        if puts:
            alone = plain.write(puts, deletes)
            took = alone["seconds"] * 1e3
            table.add(case, "SQLite, one transaction", {"rate": took, "max": took, "cpu": alone["cpu_s"] * 1e3})
        before = after
    plain.close()
    cx.remove(folder)
    return len(next(iter(saves.values())))


def saverooms(cx):
    rooms = 500 if cx.short else 5000
    columns = (("max", "max", 1), ("CPU ms", "cpu", 0), ("VmRSS MiB after", "rss", 0), ("VmHWM MiB", "hwm", 0),
               ("rows written", "rows", 0), ("KiB of them", "kib", 0))
    table = Table(f"saveRooms of {rooms:,} rooms", "", "ms", columns, 1)
    with cx.children() as start:
        server = start(server_start(cx))
        one_hotel(cx, Table("", ""), server, "Warm up", 50)
        for turn in range(cx.repeats * (1 if cx.short else 3)):
            print(f"  {turn + 1}", flush=True)
            size = one_hotel(cx, table, server, f"Bench {turn}", rooms)
        table.command("server", server.command)
    table.note = (f"One POST of {size:,} bytes over HTTP, each turn a new hotel of the same server; the first save is of a "
                  "hotel without rooms. Rows written are what the store's file has more or otherwise afterwards. "
                  "SQLite: python3's sqlite3 writes just those rows in one transaction into a file of the same schema, "
                  "log and sync, without reading, comparing, encoding or HTTP. CPU of the server comes in ticks of 10 ms. "
                  "Columns but `max` are medians.")
    table.command("SQLite, one transaction", ["BEGIN IMMEDIATE; INSERT OR REPLACE INTO item … (executemany); COMMIT"])
    return table
