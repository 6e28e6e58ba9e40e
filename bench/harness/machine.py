"""Where and with what a figure was taken."""
import os
import platform
import subprocess

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def output(*command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, cwd=ROOT)
    return done.stdout.strip() if done.returncode == 0 or command[0] == "wrk" else ""


def cpu_model():
    with open("/proc/cpuinfo", encoding="ascii") as f:
        for line in f:
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return "unknown"


def filesystem(path):
    return output("stat", "-f", "-c", "%T", path)


def commit():
    head = output("git", "rev-parse", "--short=12", "HEAD") or "none yet"
    return head + (" with changes" if output("git", "status", "--porcelain") else "")


def facts(folder):
    import sqlite3
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 30
    return [
        ("machine", f"{os.cpu_count()} cores, {cpu_model()}, {memory} GiB, {filesystem(folder)}"),
        ("kernel", f"{platform.system()} {platform.release()}"),
        ("commit", commit()),
        ("nginx", output("nginx", "-v").split("/")[-1]),
        ("PostgreSQL", output("/usr/lib/postgresql/15/bin/postgres", "--version").split()[2]),
        ("SQLite", sqlite3.sqlite_version),
        ("wrk", output("wrk", "-v").split(" [")[0].removeprefix("wrk ")),
        ("gcc", output("gcc", "-dumpfullversion")),
        ("load at start", " ".join(f"{n:.2f}" for n in os.getloadavg())),
    ]
