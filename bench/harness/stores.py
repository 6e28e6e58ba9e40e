"""Stores of many hotels: one is made over HTTP and exported, its text is multiplied, and `innkeeper import` takes it in."""
import hashlib
import json
import os
import resource
import subprocess
import tempfile
import time

from .process import Failure, get
from .server import JSON, post, server_start

CHAIN = "BENCH"
NAME = "Grand Hotel %08d"
TEXT = "A quiet room to the garden. " * 4


def spent():
    use = resource.getrusage(resource.RUSAGE_CHILDREN)
    return use.ru_utime + use.ru_stime


def hwm_kib(pid):
    try:
        with open(f"/proc/{pid}/status", encoding="ascii") as f:
            return next((int(line.split()[1]) for line in f if line.startswith("VmHWM:")), 0)
    except (FileNotFoundError, ProcessLookupError):
        return 0


def run(command, out=subprocess.DEVNULL):
    """Runs to the end: seconds, CPU seconds, highest memory in KiB. Not ru_maxrss, which begins with our own memory."""
    command = [str(c) for c in command]
    before, begun, peak = spent(), time.monotonic(), 0
    with tempfile.TemporaryFile("w+", encoding="utf-8") as said:
        with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=said) as child:
            while child.poll() is None:
                peak = max(peak, hwm_kib(child.pid))
                time.sleep(0.001)
        took = time.monotonic() - begun
        if child.returncode:
            said.seek(0)
            raise Failure(f"{' '.join(command)}: exit code {child.returncode}: {said.read(1000)}")
    return {"seconds": took, "cpu_s": spent() - before, "hwm": peak}


def export_command(cx, data, file):
    return [cx.server, "export", file, "--data", data]


def import_command(cx, file, data):
    return [cx.server, "import", file, "--data", data]


def room_type(n):
    return {"code": f"T{n}", "name": f"Room type {n}", "lowPrice": 80, "medPrice": 100, "highPrice": 129.5,
            "description": TEXT}


def tag(n):
    return {"code": f"g{n}", "name": f"Sea view {n}", "description": TEXT, "priceImpact": 5, "category": "view"}


def rate_plan(n):
    return {"code": f"P{n}", "name": f"Flexible {n}", "description": TEXT}


def chain_put(server):
    status, _, body = get(server.port, f"/chains/{CHAIN}", "PUT", json.dumps({"name": "Chain"}), JSON)
    if status not in (200, 201):
        raise Failure(f"PUT /chains/{CHAIN}: {status} {body!r}")


def hotel_post(server, types, tags, plans, chain):
    """A hotel in one revision a kind of object, as its people would make it; the name as NAME % 0. Gives its code."""
    head = {"name": NAME % 0, "description": TEXT, "currencyCode": "EUR"}
    code = post(server, "/config", {**head, "chain": CHAIN} if chain else head)["response"][0]["code"]
    for path, member, make, count in (("rooms/type", "roomTypes", room_type, types), ("tags", "tags", tag, tags),
                                      ("rateplans", "ratePlans", rate_plan, plans)):
        for first in range(0, count, 90):
            some = [make(n) for n in range(first, min(first + 90, count))]
            post(server, f"/config/{code}/{path}", {"code": code, member: some})
    return code


def canonical(line):
    """What the hash of an entry of history is taken of (audit/history.c)."""
    attrs = line["attrs"]
    members = ("objectName", "fieldName", "oldValue", "newValue", "humanReadableComment")
    if "changes" in attrs:
        attrs = {**attrs, "changes": [{name: change[name] for name in members} for change in attrs["changes"]]}
    names = ("timeStamp", "eventName", "by", "requestId", "keys", "removed", "wt", "previous", "changes")
    entry = {"code": line["code"], "revision": line["rev"], **{name: attrs.get(name, []) for name in names}}
    return json.dumps(entry, ensure_ascii=False, separators=(",", ":"))


class Template:
    """The export of one hotel, from which others are made: another code and name of the same length, history anew."""

    def __init__(self, cx, types, tags, plans, chain=False):
        server = server_start(cx)
        try:
            if chain:
                chain_put(server)
            self.code = hotel_post(server, types, tags, plans, chain)
        finally:
            server.stop()
        file = os.path.join(cx.fresh("template"), "one.ndjson")
        run(export_command(cx, os.path.join(server.folder, "data"), file))
        with open(file, encoding="utf-8") as f:
            self.lines = f.read().splitlines()
        self.take()

    def take(self):
        first = next(n for n, line in enumerate(self.lines) if f'"code":"{self.code}"' in line)
        self.begin, hotel = self.lines[:first], self.lines[first:-1]
        end = json.loads(self.lines[-1])["end"]
        if end["records"] != len(hotel) or end["hotels"] != 1 or len(self.code) != len(code_of(1)):
            raise Failure("the template's export is not one hotel with a code as long as the others'")
        history = [line for line in map(json.loads, hotel) if line["itemType"].startswith("cfg-history-")]
        self.hashes = [line["attrs"]["hash"] for line in history]
        texts = [canonical(line) for line in history]
        for text, known in zip(texts, self.hashes):
            if hashlib.sha256(text.encode()).hexdigest() != known:
                raise Failure("the hash of history is not made as here")
        self.text, self.entries = "\n".join(hotel) + "\n", texts
        self.records, self.chains = len(hotel), end["chains"]

    def hotel(self, n):
        """Text of the n-th hotel."""
        def own(text):
            return text.replace(self.code, code_of(n)).replace(NAME % 0, NAME % n)

        text, fresh = own(self.text), {}
        for entry, old in zip(self.entries, self.hashes):
            entry = own(entry)
            for was, now in fresh.items():
                entry = entry.replace(was, now)
            fresh[old] = hashlib.sha256(entry.encode()).hexdigest()
        for was, now in fresh.items():
            text = text.replace(was, now)
        return text

    def write(self, file, hotels, others=None, every=1):
        """Only each so-manieth hotel is of this template, the rest of `others`."""
        made = [self if n % every == 0 else others for n in range(1, hotels + 1)]
        with open(file, "w", encoding="utf-8") as f:
            f.write("".join(line + "\n" for line in self.begin))
            f.writelines(template.hotel(n) for n, template in enumerate(made, 1))
            f.write('{"end":{"chains":%d,"hotels":%d,"records":%d}}\n'
                    % (self.chains, hotels, sum(template.records for template in made)))


def code_of(n):
    """As long as the codes of an fnv1a of a name mostly are, and in order, as an export is."""
    return f"{100000000 + n * 3001}"


def bytes_of(data):
    return sum(os.path.getsize(os.path.join(data, name)) for name in os.listdir(data))


def make(cx, template, hotels, *mix):
    """A store of so many hotels: its folder, and how it was made."""
    folder = cx.fresh("store")
    file, data = os.path.join(folder, "hotels.ndjson"), os.path.join(folder, "data")
    begun = time.monotonic()
    template.write(file, hotels, *mix)
    wrote = time.monotonic() - begun
    got = run(import_command(cx, file, data))
    got["wrote"] = wrote
    os.unlink(file)
    return data, got
