"""Row dynamo: `innkeeper serve` on DynamoDB Local beside the bare calls that it makes there, and what they cost in units."""
import json
import os
import re
import subprocess

from . import bounds, load
from .dynamo_units import Meter
from .dynamo_wire import ENVIRONMENT, REGION, Local, Recorder, make_table, store_flags
from .process import Failure, get
from .rooms import hotel as furnished_hotel
from .rooms import layout
from .server import hotel_create, hotel_fill, post, server_start
from .table import Table

TYPES, HOTELS, PAGE, ROOMS = (0, 200), 64, 100, 100
NO_CACHE = ("--cache-size", "0")
MARK = "@" * 16
GOALS = ("Goals: getHotel of 200 at least 5 × the sample's 211/s with at most a tenth of its 8.7 ms of CPU; addRoomType at least 0.9 × its "
         "bare commit, and at most a fifth of the sample's 780 µs of CPU. The sample on another machine: getHotel of none 2,169/s, addRoomType "
         "2,138/s at 64.")


def get_ok(server, path):
    status, _, body = get(server.port, path)
    if status != 200:
        raise Failure(f"GET {path}: {status} {body[:500]!r}")
    return json.loads(body)


def room_type(code, name):
    return {"code": code, "roomTypes": [{"code": name, "name": "Double room", "description": "A quiet room to the garden. " * 6}]}


def save_calls(cx, calls):
    """A file a call, as bare_dynamo reads it."""
    folder, files = cx.fresh("calls"), []
    for operation, body in calls:
        files.append(os.path.join(folder, f"{len(files)}-{operation}"))
        with open(files[-1], "w", encoding="utf-8") as f:
            f.write(f"{operation}\n{body}")
    return files


def repeatable(body):
    """A commit that succeeds again and again: every time in partitions that nobody has seen."""
    request = json.loads(body)
    request["ClientRequestToken"] = MARK
    for action in request["TransactItems"]:
        for members in action.values():
            members.get("Item", members.get("Key"))["code"]["S"] = MARK
            members["ConditionExpression"] = "attribute_not_exists(#c)"
            members["ExpressionAttributeNames"] = {"#c": "code"}
            members.pop("ExpressionAttributeValues", None)
    return json.dumps(request, ensure_ascii=False, separators=(",", ":"))


def repeated(call):
    operation, body = call[:2]
    return operation, repeatable(body) if operation == "TransactWriteItems" else body


def record(cx, local, table, codes):
    """The calls of each case, as files: {case: {contestant: files}}."""
    recorder, cases, adds = Recorder(local.endpoint), {}, {}
    try:
        for name, options in (("cached", ()), ("no cache", NO_CACHE)):
            server = server_start(cx, options=(*store_flags(recorder.endpoint, table), *options))
            try:
                for types, code in codes.items():
                    get_ok(server, f"/config/{code}")
                    recorder.take()
                    get_ok(server, f"/config/{code}")
                    cases[f"getHotel, {types} types, {name}"] = {
                        "bare calls": save_calls(cx, [call[:2] for call in recorder.take()])}
                post(server, f"/config/{codes[0]}/rooms/type", room_type(codes[0], f"{name[:2]}1"))
                recorder.take()
                post(server, f"/config/{codes[0]}/rooms/type", room_type(codes[0], f"{name[:2]}2"))
                adds[name] = recorder.take()
            finally:
                server.stop()
    finally:
        recorder.stop()
    calls = [repeated(call) for call in adds["cached"]]  # as those that are measured
    cases["addRoomType"] = {"bare commit": save_calls(cx, [call for call in calls if call[0] == "TransactWriteItems"]),
                            "bare calls": save_calls(cx, calls)}
    return cases


def bare_reading(cx, local, files, clients):
    command = [cx.program("bare_dynamo"), local.endpoint, REGION, str(clients), str(cx.seconds), *files]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise Failure("bare_dynamo failed: its own words are above")
    value = {m.group(1): float(m.group(2)) for m in re.finditer(r"^(\w+) ([\d.]+)$", done.stdout, re.M)}
    return command, {"rate": value["per_second"], "p50": value["p50_us"], "p99": value["p99_us"], "cpu": value["cpu_us"]}


def bare(cx, table, case, contestant, local, files, clients):
    command, got = bare_reading(cx, local, files, clients)
    table.add(case, contestant, got)
    table.command(contestant, command)


def reads(cx, table, case, servers, codes, clients):
    types, how = re.match(r"getHotel, (\d+) types, (.*)", case).groups()
    server, path = servers[how], f"/config/{codes[int(types)]}"
    get_ok(server, path)
    table.add(f"{case}, {clients} conn", "innkeeper", load.wrk(server, path, clients, cx.seconds))
    table.command(f"innkeeper, {how}", server.command)


def adds(cx, table, case, local, clients, number):
    """Each reading on a table and a server of its own."""
    name = f"adds-{number}"
    make_table(local.endpoint, name)
    server = server_start(cx, options=store_flags(local.endpoint, name))
    try:
        hotels = bounds.hotel_list(cx, [hotel_create(server, f"Bench {n}") for n in range(HOTELS)])
        table.add(f"{case}, {clients} conn", "innkeeper", load.wrk(server, "/", clients, cx.seconds, (bounds.ADD_TYPE, hotels, "T")))
    finally:
        server.stop()


class Units(Table):
    """Units instead of rates."""

    def __init__(self, title, note):
        super().__init__(title, note)
        self.rows = []

    def lines(self):
        yield "| use case | calls | write units | at least | read units | at least |"
        yield "|---|--:|--:|--:|--:|--:|"
        for case, meter, write, read in self.rows:
            yield f"| {case} | {meter['calls']} | {meter['write']} | {write} | {meter['read']:g} | {read} |"


class Counting:
    """One use case after the other on an empty table, each counted."""

    def __init__(self, cx, local, out):
        self.out, self.meter, self.recorder = out, Meter(), Recorder(local.endpoint)
        make_table(local.endpoint, "units")
        self.server = server_start(cx, options=store_flags(self.recorder.endpoint, "units"))
        self.recorder.take()

    def stop(self):
        self.server.stop()
        self.recorder.stop()

    def prepare(self, work):
        got = work(self.server)
        self.meter.feed(self.recorder.take())
        return got

    def count(self, case, work, least_read=None):
        """A read has its own least; a write leaves something behind, and need not read: its conditions prove what it guesses."""
        self.meter.start()
        got = self.prepare(work)
        counted = {name: getattr(self.meter, name) for name in ("calls", "write", "read")}
        least_write = 0 if least_read else self.meter.left_behind()
        self.out.rows.append((case, counted, least_write, least_read(got) if least_read else 0))
        return got

    def hotel(self, types):
        def make(server):
            code = hotel_create(server, f"Units {types}")
            hotel_fill(server, code, types)
            return code
        code = self.prepare(make)
        for how, least in (("first", lambda _: self.meter.of_hotel(code)), ("cached", lambda _: 1)):
            self.count(f"getHotel, {types} types, {how}", lambda server: get_ok(server, f"/config/{code}"), least)
        return code

    def run(self):
        code = self.count("create", lambda server: hotel_create(server, "Units"))
        self.prepare(lambda server: post(server, f"/config/{code}/rooms/type", room_type(code, "A")))
        self.count("addRoomType", lambda server: post(server, f"/config/{code}/rooms/type", room_type(code, "B")))
        self.count("deleteRoomType", lambda server: get(server.port, f"/config/{code}/rooms/type/B", "DELETE"))
        for types in (0, 20, 200):
            self.hotel(types)
        self.prepare(lambda server: [hotel_create(server, f"Page {n}") for n in range(PAGE)])
        self.count(f"listHotels, {PAGE}", lambda server: get_ok(server, f"/config?limit={PAGE}"),
                   lambda got: self.meter.of_heads(head["code"] for head in got["response"]))
        code = self.prepare(lambda server: furnished_hotel(server, "Rooms"))
        body = layout(code, ROOMS)
        self.count(f"saveRooms, {ROOMS} new", lambda server: post(server, f"/config/{code}/rooms", json.loads(body)))


def units(cx, local, table):
    out = Units("Capacity units of one use case, alone", "Counted from the items on the wire by DynamoDB's formula (1 kB a write unit, twice in a "
                "transaction; 4 kB a read unit, strong). At least: a write is one transaction, for nothing else ties an object to its history, "
                "of everything that it leaves behind (objects, history, the hotel's revision; listing and unique name), each item once, the "
                "revision inside the head where both are written, and reads nothing, for its conditions prove what it guesses. getHotel is one "
                "strong reading of all items of the document, or of the revision alone where the document is cached; listHotels one of the heads "
                "that it shows. The index of the seed is not in it: without a login nobody's hotels have a `user`.")
    counting = Counting(cx, local, out)
    try:
        counting.run()
    finally:
        counting.stop()
    table.more.append(out)


def dynamo(cx):
    os.environ.update(ENVIRONMENT)
    table = Table("On DynamoDB Local, beside the bare calls", "Bare calls: those that innkeeper was seen to make for the use case, in order, by our "
                  "HTTP client and signature in a loop without logic; bare commit: the TransactWriteItems alone, with conditions that hold. "
                  f"innkeeper adds to {HOTELS} hotels. DynamoDB Local, in memory, shares the machine. {GOALS}")
    with cx.children() as start:
        local = start(Local())
        make_table(local.endpoint, "reads")
        servers = {name: start(server_start(cx, options=(*store_flags(local.endpoint, "reads"), *options)))
                   for name, options in (("cached", ()), ("no cache", NO_CACHE))}
        codes = {types: hotel_create(servers["cached"], f"Bench {types}") for types in TYPES}
        for types, code in codes.items():
            hotel_fill(servers["cached"], code, types)
        recorded = record(cx, local, "reads", codes)
        for number, case in enumerate(cx.interleaved(recorded)):
            for clients in cx.connections:
                if case == "addRoomType":
                    adds(cx, table, case, local, clients, f"{number}-{clients}")
                else:
                    reads(cx, table, case, servers, codes, clients)
                for contestant, files in recorded[case].items():
                    bare(cx, table, f"{case}, {clients} conn", contestant, local, files, clients)
        table.command("load", load.wrk_command("PORT", "/config/CODE", "N", cx.seconds))
        units(cx, local, table)
    return table
