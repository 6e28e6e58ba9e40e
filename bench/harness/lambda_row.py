"""`innkeeper lambda` beside functions that do nothing: start to first answer, each call, memory, size."""
import functools
import glob
import json
import os
import re
import shutil
import socket
import subprocess
import zipfile

from . import dynamo, lambda_events, machine
from .dynamo_wire import ENVIRONMENT, REGION, Local, Recorder, make_table, store_flags
from .process import PATIENT, Failure, get
from .server import hotel_create, hotel_fill, server_start
from .table import Table, cell, median, quotient

READS, ADDS = "reads", "adds"  # tables: what is added to one makes no listing of the other longer
TYPES, PAGE = (0, 200), 100
NULL_GO = os.path.join(machine.ROOT, "bench", "null_go")
SOME_BYTES = 400  # an answer of the null functions where there is none of ours to be as long as
PROXY_OK = '"statusCode":200'
ELSEWHERE = (("the sample, no room types", "20.6 ms, p90 27", "1.1 ms", "18 to 40 MB and its store", "22.8 MB (17.4 stripped)"),
             ("the sample, 200 room types", "28.3 ms, p90 39", "9.7 ms", "the same", "the same"),
             ("null function in Go", "4.0 ms", "151 µs", "", "8.3 MB"),
             ("null bootstrap in C", "1.2 ms", "35 µs", "", "0.02 MB"))


class Beside(Table):
    """Times, each with what it has over the first of its case instead of a ratio."""

    def __init__(self, title, note, unit, columns):
        super().__init__(title, note, unit, columns, 1)

    def lines(self):
        names = ["case", "contestant", self.unit, "every run", "over the null in C", *(name for name, _, _ in self.columns)]
        yield "| " + " | ".join(names) + " |"
        yield "|---|---|" + "--:|" * (len(names) - 2)
        for case, contestants in self.cases.items():
            first = next(iter(contestants))
            for name, runs in contestants.items():
                over = None if name == first else median(runs, "rate") - median(contestants[first], "rate")
                row = [case, name, cell(median(runs, "rate"), 1), " ".join(cell(r["rate"], 1) for r in runs), cell(over, 1)]
                row += [cell(self.summary(runs, field), digits) for _, field, digits in self.columns]
                yield "| " + " | ".join(row) + " |"


class Sizes(Table):
    def __init__(self, title, note, names):
        super().__init__(title, note)
        self.names, self.rows = names, []

    def lines(self):
        yield "| " + " | ".join(self.names) + " |"
        yield "|---|" + "--:|" * (len(self.names) - 1)
        for row in self.rows:
            yield "| " + " | ".join(row) + " |"


def environment(store, more):
    return {"PATH": os.environ["PATH"], "LANG": "en_US.UTF-8", "TZ": ":UTC", "_HANDLER": "bootstrap", "LAMBDA_TASK_ROOT": "/var/task",
            "AWS_REGION": REGION, "AWS_LAMBDA_FUNCTION_NAME": "bench", "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256", "INNKEEPER_STORE": store, "INNKEEPER_INSECURE": "1", **ENVIRONMENT,
            **{name: value for name, value in os.environ.items() if name in PATIENT}, **more}


class Bench:
    """What the cases have in common: programs, events, the store."""

    def __init__(self, cx, local):
        self.cx, self.local, self.folder = cx, local, cx.fresh("lambda")
        self.starts = 5 if cx.short else 30
        self.programs = {"innkeeper": ([cx.server, "lambda"], {})}
        unpacked = self.unpack_zip()
        if unpacked:
            self.programs["innkeeper, its zip"] = ([f"{unpacked}/bootstrap"], {"LD_LIBRARY_PATH": f"{unpacked}/lib"})
        self.nulls = {"null, C": [cx.program("null_bootstrap")]}
        if not cx.short:
            self.nulls["null, Go"] = [self.build_null_go()]

    def unpack_zip(self):
        """As Lambda unpacks it; None = `make lambda-zip` has not been."""
        self.zip = next(iter(glob.glob(os.path.join(machine.ROOT, "build", "lambda", "*x86_64*.zip"))), None)
        if not self.zip:
            return None
        folder = self.cx.fresh("task")
        with zipfile.ZipFile(self.zip) as archive:
            archive.extractall(folder)
        os.chmod(f"{folder}/bootstrap", 0o755)
        return folder

    def build_null_go(self):
        if not shutil.which("go"):
            raise Failure("no go: tools/setup bench")
        out = os.path.join(self.folder, "null_go")
        subprocess.run(["go", "build", "-trimpath", "-buildvcs=false", "-tags", "lambda.norpc", "-ldflags", "-s -w", "-o", out, "."],
                       cwd=NULL_GO, env={**os.environ, "CGO_ENABLED": "0"}, check=True)
        return out

    def run(self, program, case=None, options=(), endpoint=None, pass_fds=()):
        """What runtime_api printed; a null has no case."""
        path = os.path.join(self.folder, "event.json")
        with open(path, "w", encoding="utf-8") as f:
            json.dump(case.make_event() if case else {}, f, separators=(",", ":"))
        words, own = program
        command = [self.cx.program("runtime_api"), "--event", path, "--holds", case.holds if case else PROXY_OK,
                   *map(str, options), *map(str, words)]
        store = store_flags(endpoint or self.local.endpoint, case.table if case else READS)[1]
        said = os.path.join(self.folder, "said")
        with open(said, "wb") as log:
            done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, text=True, check=False,
                                  pass_fds=pass_fds, env=environment(store, {**own, **(case.more if case else {})}))
        if done.returncode:
            with open(said, encoding="utf-8", errors="replace") as log:
                raise Failure(f"{command}: {log.read()[-3000:]}")
        return command, done.stdout

    def answer(self, program, case):
        """One answer, to be looked at."""
        path = os.path.join(self.folder, "answer")
        self.run(program, case, ("--save", path))
        with open(path, encoding="utf-8") as f:
            return f.read()


class Case:
    """An event and what is right of an answer to it."""

    def __init__(self, name, event, check, more=None, has_store=True):
        self.name, self.make_event, self.check, self.more, self.has_store = name, event, check, more or {}, has_store
        self.holds, self.table = PROXY_OK, READS

    def measured_bytes(self, bench, program):
        """How long its answer is; whatever is wrong with it ends the run."""
        answer = bench.answer(program, self)
        if not self.check(answer):
            raise Failure(f"lambda, {self.name}: {answer[:2000]}")
        return len(answer.encode())


def same_body(server, path, answer):
    """What `serve` answers, byte for byte."""
    return lambda_events.proxied(answer) == get(server.port, path)[2].decode()


def has_added(answer):
    document = json.loads(answer)
    return document["error"]["code"] == "" and len(document["response"][0]["roomTypes"]) == 1


def fresh_hotel(server):
    """With a code of ten digits, as most have: every answer is as long as the other."""
    code = ""
    while len(code) != 10:
        code = hotel_create(server, os.urandom(8).hex())
    return code


class Adds(Case):
    """The seed's own event. A hotel of its own each time: none grows from run to run."""

    def __init__(self, server):
        super().__init__("addRoomType, the seed's event", lambda: lambda_events.seed_add_type(fresh_hotel(server)), has_added)
        self.holds, self.table = '"error":{"code":""', ADDS


def all_cases(server, codes):
    livez = "/livez"
    cases = [Case("GET /livez, no store", lambda: lambda_events.url_get(livez), functools.partial(same_body, server, livez), has_store=False)]
    for types, code in codes.items():
        path = f"/config/{code}"
        for how, more in (("cached", {}), ("no cache", {"INNKEEPER_CACHE_SIZE": "0"})):
            cases.append(Case(f"getHotel, {types} types, {how}", functools.partial(lambda_events.rest_get, path, "/config/{id}"),
                              functools.partial(same_body, server, path), more=more))
    page = f"/config?limit={PAGE}"
    cases.append(Case(f"listHotels, {PAGE}", lambda: lambda_events.rest_get("/config", "/config", {"limit": str(PAGE)}),
                      functools.partial(same_body, server, page)))
    return cases


def start_readings(text):
    for line in re.findall(r"^start (.*)$", text, re.M):
        asked, answered, cpu, rss, hwm = map(float, line.split())
        yield {"rate": answered / 1e3, "next": asked / 1e3, "cpu": cpu / 1e3, "rss": rss, "hwm": hwm}


def quantile(values, share):
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def add_starts(table, case, contestant, readings):
    """One reading a turn: the median of its processes."""
    readings = list(readings)
    table.add(case, contestant, {name: quantile([r[name] for r in readings], 0.5) for name in readings[0]} |
              {"p90": quantile([r["rate"] for r in readings], 0.9)})


def start_of_each(bench, table, case, size):
    options = ("--bytes", size, "--starts", bench.starts)
    for name, words in bench.nulls.items():
        command, text = bench.run(([*words, size], {}), options=options)
        add_starts(table, case.name, name, start_readings(text))
        table.command(name, command)
    for name, program in bench.programs.items():
        command, text = bench.run(program, case, options)
        add_starts(table, case.name, name, start_readings(text))
        table.command(f"{name}, start", command)


def reach(bench, table, case, scheme):
    """Until the network: a socket that only listens stands where the store would be."""
    for name, program in bench.programs.items():
        with socket.create_server(("127.0.0.1", 0)) as listener:
            endpoint = f"{scheme}://127.0.0.1:{listener.getsockname()[1]}"
            _, text = bench.run(program, case, ("--starts", bench.starts, "--store-fd", listener.fileno()), endpoint,
                                (listener.fileno(),))
        found = [[float(n) / 1e3 for n in line.split()] for line in re.findall(r"^reach (.*)$", text, re.M)]
        connected, byte, cpu = zip(*found)
        table.add(f"{case.name}, store by {scheme}", name, {"rate": quantile(connected, 0.5), "p90": quantile(connected, 0.9),
                                                            "byte": quantile(byte, 0.5), "cpu": quantile(cpu, 0.5)})


def calls_of_each(bench, table, memory, case, size):
    ours = bench.cx.seconds * (100 if case.has_store else 5000)
    nulls = bench.cx.seconds * 5000

    def one(name, command, text):
        value = {m.group(1): float(m.group(2)) for m in re.finditer(r"^(\w+) ([\d.]+)$", text, re.M)}
        table.add(case.name, name, {"rate": value["call_us"], "p90": value["call_p90_us"], "p99": value["call_p99_us"],
                                    "turn": value["turn_us"], "cpu": value["cpu_us"]})
        first = next(start_readings(text))
        memory.add(case.name, name, {"rate": value["rss_kib"], "hwm": value["hwm_kib"], "first": first["rss"]})
        table.command(f"{name}, calls", command)

    for name, words in bench.nulls.items():
        one(name, *bench.run(([*words, size], {}), options=("--bytes", size, "--calls", nulls)))
    for name, program in bench.programs.items():
        one(name, *bench.run(program, case, ("--bytes", size, "--calls", ours)))
    if case.has_store and (not bench.cx.short or "200 types, cached" in case.name):
        bare(bench, table, case)


def bare(bench, table, case):
    """The store's part of it: the same calls of DynamoDB in a loop without logic."""
    command, got = dynamo.bare_reading(bench.cx, bench.local, record(bench, case), 1)
    table.add(case.name, "its calls of the store alone", {"rate": got["p50"], "p99": got["p99"], "cpu": got["cpu"], "turn": quotient(1e6, got["rate"])})
    table.command("its calls of the store alone", command)


def record(bench, case):
    """The calls of DynamoDB of one warm invocation, as files. Three invocations make those of the first and twice those."""
    recorder, calls = Recorder(bench.local.endpoint), []
    try:
        for options in ((), ("--calls", 1)):
            bench.run(bench.programs["innkeeper"], case, options, recorder.endpoint)
            calls.append(recorder.take())
    finally:
        recorder.stop()
    first, all_ = calls
    warm = (len(all_) - len(first)) // 2
    if warm == 0 or len(all_) != len(first) + 2 * warm:
        raise Failure(f"lambda, {case.name}: {len(first)} calls of the store, then {len(all_)}")
    return dynamo.save_calls(bench.cx, [dynamo.repeated(call) for call in all_[-warm:]])


def sizes(bench):
    out = Sizes("Size, KiB", "Goal: bootstrap below 2 MB beside its libraries. Go: static, stripped, `lambda.norpc`.",
                ("file", "KiB", "packed in the zip"))

    def add(name, bytes_, packed=""):
        out.rows.append((name, cell(bytes_ / 1024, 1), packed))

    for name, words in bench.nulls.items():
        add(name, os.path.getsize(words[0]))
    add("innkeeper, as built", os.path.getsize(bench.cx.server))
    if not bench.zip:
        out.rows.append(("the zip: not made (make lambda-zip)", "", ""))
        return out
    with zipfile.ZipFile(bench.zip) as archive:
        infos = [info for info in archive.infolist() if not info.is_dir()]
    for title, mine in (("the zip's bootstrap", lambda i: i.filename == "bootstrap"),
                        ("the zip's other files, its libraries", lambda i: i.filename != "bootstrap")):
        some = [info for info in infos if mine(info)]
        add(f"{title} ({len(some)})", sum(i.file_size for i in some), cell(sum(i.compress_size for i in some) / 1024, 1))
    add("the zip", os.path.getsize(bench.zip))
    return out


def elsewhere():
    out = Sizes("Taken elsewhere, not in this run", "The seed's own Go program and null functions on another machine, 2 busy cores, before DynamoDB "
                "Local: where the bar lies. Not to be divided by figures of this page.",
                ("what", "start to first answer", "each call", "memory", "program"))
    out.rows += ELSEWHERE
    return out


def lambda_row(cx):
    os.environ.update(ENVIRONMENT)
    table = Beside("On Lambda: start to first answer, ms", "From exec to the end of the first answer, the median of several processes in each run; the "
                   "Runtime API is `bench/runtime_api.c`, one call at a time; stores on DynamoDB Local, by HTTP, on the same two cores. The nulls "
                   "answer so many bytes as we do without looking at the event. Goal: 5 ms before the network.", "ms",
                   (("p90", "p90", 1), ("first `next`", "next", 1), ("CPU", "cpu", 1), ("VmRSS KiB", "rss", 0), ("VmHWM KiB", "hwm", 0)))
    reached = Table("From exec until the store is reached for, ms", "A socket that only listens stands where the store would be: until somebody "
                     "connects to it, and until the first byte comes, which by https is TLS's.", "connected", (("p90", "p90", 1), ("first byte", "byte", 1), ("CPU until then", "cpu", 1)), 1)
    calls = Beside("Each call, µs", "From when the event was sent to when the answer is here whole, p50; one process, one call at a time. Turn: mean, "
                   "until the next event is sent. CPU: of the process, a turn. addRoomType adds to one hotel, which grows meanwhile. Goal: 100 µs "
                   "over the null where there is no store.", "p50", (("p90", "p90", 1), ("p99", "p99", 1), ("turn", "turn", 1), ("CPU", "cpu", 1)))
    memory = Table("Memory, KiB", "After those calls.", "VmRSS", (("VmHWM", "hwm", 0), ("VmRSS after the first answer", "first", 0)))
    with cx.children() as start:
        local = start(Local())
        servers = {}
        for name in (READS, ADDS):
            make_table(local.endpoint, name)
            servers[name] = start(server_start(cx, options=store_flags(local.endpoint, name)))
        server = servers[READS]
        codes = {types: hotel_create(server, f"Bench {types}") for types in TYPES}
        for types, code in codes.items():
            hotel_fill(server, code, types)
        for n in range(len(codes), PAGE):
            hotel_create(server, f"Page {n}")
        bench = Bench(cx, local)
        cases = {case.name: case for case in (*all_cases(server, codes), Adds(servers[ADDS]))}
        size = {name: case.measured_bytes(bench, bench.programs["innkeeper"]) for name, case in cases.items()}
        for name in cx.interleaved(cases):
            case = cases[name]
            if "no cache" not in name:
                start_of_each(bench, table, case, size[name])
            calls_of_each(bench, calls, memory, case, size[name])
            if name == "getHotel, 0 types, cached":
                for scheme in ("http", "https"):
                    reach(bench, reached, case, scheme)
    table.commands.update(calls.commands)
    table.more += [reached, calls, memory, sizes(bench), elsewhere()]
    return table
