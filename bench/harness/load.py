"""Load generators: wrk with one thread, pgbench, and bound_commit's own clients. Each gives one reading."""
import glob
import os
import re
import subprocess

from .process import Failure

UNIT_US = {"us": 1.0, "ms": 1e3, "s": 1e6, "m": 6e7}


def reading(rate, p50_us, p99_us, cpu_s, seconds):
    cpu_us = cpu_s / (rate * seconds) * 1e6 if cpu_s is not None and rate else None
    return {"rate": rate, "p50": p50_us, "p99": p99_us, "cpu": cpu_us}


def number(text, pattern, what):
    found = re.search(pattern, text, re.M)
    if not found:
        raise Failure(f"no {what} in:\n{text}")
    return found


def wrk_command(port, path, connections, seconds, script=()):
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "60s", "--latency"]
    if script:
        command += ["-s", script[0]]
    command.append(f"http://127.0.0.1:{port}{path}")
    return command + (["--", *script[1:]] if script else [])


def wrk(child, path, connections, seconds, script=()):
    before = child.cpu()
    done = subprocess.run(wrk_command(child.port, path, connections, seconds, script), stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=True)
    cpu = child.cpu() - before
    if "Non-2xx" in done.stdout or "Socket errors" in done.stdout:
        raise Failure(f"{child.command[0]} answered with errors:\n{done.stdout}{child.said()}")
    rate = float(number(done.stdout, r"Requests/sec: +([\d.]+)", "rate").group(1))

    def percentile(p):
        m = number(done.stdout, rf"^ +{p}% +([\d.]+)(us|ms|s|m) *$", f"{p}%")
        return float(m.group(1)) * UNIT_US[m.group(2)]

    return reading(rate, percentile(50), percentile(99), cpu, seconds)


def pgbench_command(folder, script, clients, seconds):
    return ["pgbench", "-n", "-M", "prepared", "-h", folder, "-U", "postgres", "-c", str(clients),
            "-j", str(min(clients, 2)), "-T", str(seconds), "-f", script, "-l", "--sampling-rate=0.1",
            f"--log-prefix={folder}/sample", "postgres"]


def pgbench(postgres, statement, clients, seconds):
    script = os.path.join(postgres.folder, "script.sql")
    with open(script, "w", encoding="ascii") as f:
        f.write(statement + "\n")
    before = postgres.cpu()
    done = subprocess.run(pgbench_command(postgres.folder, script, clients, seconds), stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False)
    cpu = postgres.cpu() - before
    if done.returncode or "failed transactions: 0 " not in done.stdout:
        raise Failure(f"pgbench failed:\n{done.stdout}")
    us = []
    for name in glob.glob(os.path.join(postgres.folder, "sample*")):
        with open(name, encoding="ascii") as f:
            us += [int(line.split()[2]) for line in f]
        os.unlink(name)
    us.sort()
    rate = float(number(done.stdout, r"^tps = ([\d.]+)", "rate").group(1))
    # A tenth of few may be none.
    return reading(rate, us[len(us) // 2] if us else None, us[len(us) * 99 // 100] if us else None, cpu, seconds)


def group_text(said):
    """What bound_commit prints about its groups, in one cell."""
    mean = number(said, r"members_per_group ([\d.]+)", "group size").group(1)
    sizes = number(said, r"^sizes (.*)$", "sizes").group(1).split()
    return mean, " ".join(s for s in sizes if not s.endswith(":0"))


def bound_clients(command, seconds):
    """Runs bound_commit's own client threads; its CPU is that of clients and writer together, so it is left out."""
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    value = {m.group(1): float(m.group(2)) for m in re.finditer(r"^(\w+) ([\d.]+)$", done.stdout, re.M)}
    got = reading(value["per_second"], value["p50_us"], value["p99_us"], None, seconds)
    got["group"] = group_text(done.stdout)
    return got
