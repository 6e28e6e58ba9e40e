"""Rows of large stores: what growth costs, import and export, the memory of cached documents."""
import filecmp
import json
import os

from . import load, stores
from .bounds import hotel_list
from .client import get_each, metric
from .plain_sqlite import PlainSqlite, bytes_of, rows_of, store_file
from .process import Failure, get
from .server import server_start
from .table import Table, median, quotient

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
GET_PATH, ADD_TAG = os.path.join(HERE, "get_path.lua"), os.path.join(HERE, "add_tag.lua")
CLIENTS = 8
HOT = 1000
GOAL = 1.2
OF_CHAIN = 5  # each so-manieth hotel is in the chain
ROOMY, NO_CACHE = ("--cache-size", "4G"), ("--cache-size", "0")
MEMORY = (("VmHWM", "hwm", 0), ("a hotel, bytes", "each", 0))



def middle_of(server, query, hotels):
    """The path of a page of listHotels that begins behind half of the hotels."""
    path = f"/config?{query}"
    for _ in range(hotels // 2 // 100):
        path = f"/config?{query}&cursor=" + json.loads(get(server.port, path)[2])["next"]
    return path


class Size:
    """One store with its servers: one that keeps every document in memory, one that keeps none."""

    def __init__(self, cx, start, templates, hotels):
        self.name, self.hotels = f"{hotels:,} hotels", hotels
        self.data, self.made = stores.make(cx, templates[0], hotels, templates[1], OF_CHAIN)
        self.disk = stores.bytes_of(self.data)
        self.server = start(server_start(cx, self.data, ROOMY))
        self.started = self.memory()
        self.bare = start(server_start(cx, self.data, NO_CACHE))
        codes = [stores.code_of(n) for n in range(1, hotels + 1)]
        self.codes = hotel_list(cx, codes)
        self.all = hotel_list(cx, [f"/config/{code}" for code in codes])
        step = hotels // min(HOT, hotels)
        self.hot = hotel_list(cx, [f"/config/{code}" for code in codes[::step]])
        self.bodies = get_each(self.server.port, [f"/config/{code}" for code in codes])
        self.filled = self.memory()
        self.pages = {"first page": "/config?limit=100", "first page of a chain": f"/config?limit=100&chain={stores.CHAIN}",
                      "middle page": middle_of(self.server, "limit=100", hotels),
                      "middle page of a chain": middle_of(self.server, f"limit=100&chain={stores.CHAIN}", hotels // OF_CHAIN)}
        self.runs = 0

    def memory(self):
        return {"rate": self.server.status_kib("VmRSS"), "hwm": self.server.status_kib("VmHWM")}

    def cases(self, cx):
        """What is measured: a reading a call."""
        def wrk(server, path, script=()):
            return lambda: load.wrk(server, path, CLIENTS, cx.seconds, script() if script else ())

        def seeded(script, file):
            self.runs += 1
            return (script, file, str(self.runs))

        cases = {"getHotel, 1,000 of them, cached": wrk(self.server, "/", lambda: seeded(GET_PATH, self.hot)),
                 "getHotel, any, cached": wrk(self.server, "/", lambda: seeded(GET_PATH, self.all)),
                 "getHotel, any, no cache": wrk(self.bare, "/", lambda: seeded(GET_PATH, self.all))}
        for name, path in self.pages.items():
            cases[f"listHotels of 100, {name}"] = wrk(self.server, path)
        cases["addTag, cached"] = wrk(self.server, "/", lambda: seeded(ADD_TAG, self.codes))
        cases["addTag, no cache"] = wrk(self.bare, "/", lambda: seeded(ADD_TAG, self.codes))
        return cases


def growth(cx):
    counts = (1000, 5000) if cx.short else (1000, 100000)
    table = Table(f"Growth: {counts[0]:,} and {counts[1]:,} hotels side by side", "")
    memory = table.also("Memory of one server, KiB", "With the cache that keeps everything; the last is after every case above.",
                        "VmRSS", MEMORY)
    disk = table.also("Size on disk, KiB", "The store's file and its log.", "KiB", (("a hotel, bytes", "each", 0),))
    templates = [stores.Template(cx, 5, 3, 2, chain) for chain in (True, False)]
    with cx.children() as start:
        sizes = [Size(cx, start, templates, n) for n in counts]
        for size in sizes:
            print(f"  {size.name}: text in {size.made['wrote']:.1f} s, import in {size.made['seconds']:.1f} s", flush=True)
        os.sync()
        cases = [size.cases(cx) for size in sizes]
        for case in cx.interleaved(cases[0]):
            for size, of in zip(sizes, cases):
                table.add(case, size.name, of[case]())
        memory.note += slope_note(*sizes)
        for size in sizes:
            note_memory(memory, size)
            for case, count in (("after import", size.disk), ("after all cases", stores.bytes_of(size.data))):
                disk.add(case, size.name, {"rate": count / 1024, "each": count / size.hotels})
            table.command(size.name, size.server.command)
        table.command("no cache", sizes[0].bare.command)
    table.note = growth_note(sizes, templates[0], table)
    for name, script in (("getHotel", (GET_PATH, "paths", "1")), ("addTag", (ADD_TAG, "codes", "1"))):
        table.command(name, load.wrk_command("PORT", "/", CLIENTS, cx.seconds, script))
    table.command("listHotels", load.wrk_command("PORT", "/config?limit=100", CLIENTS, cx.seconds))
    return table


def note_memory(memory, size):
    for case, got in (("started", size.started), ("every hotel read once", size.filled),
                      ("after all cases", size.memory())):
        over = got["rate"] - size.started["rate"]
        memory.add(case, size.name, {**got, "each": over * 1024 / size.hotels if over else None})


def slope_note(small, large):
    """Memory is linear when what one more hotel takes is about its document, not more."""
    more = (large.filled["rate"] - small.filled["rate"]) * 1024 / (large.hotels - small.hotels)
    return (f" From {small.hotels:,} to {large.hotels:,} hotels that were read once each one more takes {more:,.0f} bytes, "
            f"{more / (large.bodies / large.hotels):.2f} × its body; what does not grow is mostly the page cache of each worker.")


def above(ratios):
    return ", ".join(f"{case} ({ratio:.2f})" for case, ratio in ratios.items() if ratio and ratio > GOAL) or "none"


def growth_note(sizes, template, table):
    small, large = sizes
    cases = table.cases.items()
    by_rate = above({case: quotient(median(of[small.name], "rate"), median(of[large.name], "rate")) for case, of in cases})
    by_cpu = above({case: quotient(median(of[large.name], "cpu"), median(of[small.name], "cpu")) for case, of in cases})
    return (f"{CLIENTS} clients. A hotel has 5 room types, 3 tags, 2 rate plans and {len(template.hashes)} "
            f"revisions, each {OF_CHAIN}th is in a chain: {template.records} records, {large.bodies // large.hotels:,} bytes as getHotel's "
            f"answer. Ratio: cost at {large.hotels:,} over cost at {small.hotels:,}; goal: at most {GOAL}. "
            f"Above it by rate: {by_rate}. Above it by CPU of the server: {by_cpu}. The load generator is slower too when it "
            "draws from more paths, so with cached answers CPU is the figure. "
            f"`cached`: a server that has read every hotel once, with {ROOMY[1]} of cache; `no cache`: --cache-size 0 on the "
            "same store at the same time, the file in the system's page cache. addTag puts a new tag into hotels drawn from all, "
            "so the hotels of the small store have more tags in the end. "
            "How the stores were made: " + "; ".join(
                f"{s.name}: text {s.made['wrote']:.1f} s, `innkeeper import` {s.made['seconds']:.1f} s" for s in sizes) + ".")


def add_run(table, case, contestant, hotels, got):
    hwm = got.get("hwm")
    table.add(case, contestant, {"rate": hotels / got["seconds"], "ms": got["seconds"] * 1e3, "cpu": got["cpu_s"] / hotels * 1e6,
                                 "hwm": hwm / 1024 if hwm else None})


def import_once(cx, table, template, hotels, name):
    case, folder = f"import {hotels:,} {name}", cx.fresh("import")
    file, data, again = (os.path.join(folder, n) for n in ("in.ndjson", "data", "out.ndjson"))
    template.write(file, hotels)
    os.sync()
    command = stores.import_command(cx, file, data)
    add_run(table, case, "innkeeper", hotels, stores.run(command))
    table.command("import", command)
    rows = rows_of(data)
    for contestant, step in (("SQLite, 1,000 rows a commit", 1000), ("SQLite, one transaction", None)):
        own = cx.fresh("plain")
        plain = PlainSqlite(own, data)
        add_run(table, case, contestant, hotels, plain.write(rows, rows_a_commit=step))
        plain.close()
        cx.remove(own)
    case = f"export {hotels:,} {name}"
    command = stores.export_command(cx, data, again)
    add_run(table, case, "innkeeper", hotels, stores.run(command))
    table.command("export", command)
    if not filecmp.cmp(file, again, shallow=False):
        raise Failure("what was imported is exported as other bytes")
    command = ["sqlite3", "-readonly", store_file(data), "SELECT * FROM item"]
    with open(os.path.join(folder, "plain"), "w", encoding="utf-8") as out:
        add_run(table, case, "sqlite3, SELECT *", hotels, stores.run(command, out))
    table.command("sqlite3, SELECT *", command)
    sizes = os.path.getsize(file), len(rows), bytes_of(rows)
    cx.remove(folder)
    return sizes


def import_export(cx):
    counts = (200, 1000) if cx.short else (1000, 10000)
    columns = (("ms", "ms", 0), ("CPU µs a hotel", "cpu", 0), ("VmHWM MiB", "hwm", 1))
    table = Table("import and export beside SQLite alone", "", "hotels/s", columns)
    kinds = {"hotels": stores.Template(cx, 5, 3, 2), "hotels of a chain": stores.Template(cx, 5, 3, 2, chain=True)}
    about = []
    for name in cx.interleaved(kinds):
        for hotels in counts:
            size, rows, text = import_once(cx, table, kinds[name], hotels, name)
            about.append(f"{hotels:,} {name}: {size:,} bytes of text, {rows:,} rows of {text:,} bytes in the store")
    table.note = ("A hotel has 5 room types, 3 tags, 2 rate plans and 4 revisions of history. "
                  f"{'; '.join(dict.fromkeys(about))}. The export of what was imported is compared with it: the "
                  "same bytes. SQLite: python3's sqlite3 writes the rows that import left (listings and names among them), already "
                  "in memory, in the order of their keys, into the same schema, log and sync; reading them back: the sqlite3 "
                  "program writes all rows to a file as text.")
    return table


def cache_growth(cx, data, paths, options):
    """How RSS grows when each path is read once: bytes, the bodies' bytes, the cache's own figure. One worker: each has a
    page cache of SQLite of its own."""
    with cx.children() as start:
        server = start(server_start(cx, data, (*options, "--workers", "1", "--event-threads", "1")))
        before = server.status_kib("VmRSS")
        bodies = get_each(server.port, paths)
        return {"rss": (server.status_kib("VmRSS") - before) * 1024, "bodies": bodies, "command": server.command,
                "own": metric(server.port, "innkeeper_cache_bytes"), "entries": metric(server.port, "innkeeper_cache_entries")}


def cachememory(cx):
    counts = {0: 20000, 20: 5000, 200: 1000}
    columns = (("documents", "n", 0), ("body", "body", 0), ("RSS growth, with", "with", 0), ("without", "without", 0),
               ("the metric", "own", 0), ("entries", "entries", 0), ("RSS over body", "over", 2), ("metric over body", "metric", 2))
    table = Table("Memory of a cached document, bytes",
                  "Documents of 0, 20 and 200 room types, each read once over one connection by a server that was just started; "
                  "all bytes are those of one document. The figure: the growth of VmRSS with a cache that keeps all, less the growth "
                  "of a server with `--cache-size 0` that reads the same. The metric: `innkeeper_cache_bytes`; an entry is a document "
                  "or the known state of a hotel.", "RSS", columns)
    made = {}
    for types, count in counts.items():
        n = count // 10 if cx.short else count
        data = stores.make(cx, stores.Template(cx, types, 0, 0), n)[0]
        made[types] = data, [f"/config/{stores.code_of(i)}" for i in range(1, n + 1)]
    for types in cx.interleaved(made):
        data, paths = made[types]
        kept, bare = cache_growth(cx, data, paths, ROOMY), cache_growth(cx, data, paths, NO_CACHE)
        n, rss = len(paths), kept["rss"] - bare["rss"]
        table.add(f"{types} room types", "server", {
            "rate": rss / n, "n": n, "body": kept["bodies"] / n, "with": kept["rss"] / n, "without": bare["rss"] / n,
            "own": kept["own"] / n, "entries": kept["entries"] / n, "over": rss / kept["bodies"],
            "metric": kept["own"] / kept["bodies"]})
        table.command("with a cache", kept["command"])
        table.command("without", bare["command"])
    return table
