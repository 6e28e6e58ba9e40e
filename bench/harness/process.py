"""Child processes: started on free loopback ports in the run's folder, stopped by their pid."""
import http.client
import os
import pwd
import socket
import subprocess
import time

PG = "/usr/lib/postgresql/15/bin/"
# What a short run sets: it judges whether the rows can be run, and a machine that stands still for some seconds makes no request late.
PATIENT = {"INNKEEPER_HANDLER_TIMEOUT": "60s", "INNKEEPER_HEADER_TIMEOUT": "60s", "INNKEEPER_BODY_TIMEOUT": "60s", "INNKEEPER_WRITE_TIMEOUT": "60s",
           "INNKEEPER_IDLE_TIMEOUT": "300s"}


class Failure(Exception):
    """The run can not go on; its text is for the person who started it."""


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def ticks(pid):
    """CPU seconds of a process, its children and those already waited for."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as f:
            fields = f.read().rsplit(")", 1)[1].split()
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as f:
            children = f.read().split()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    own = sum(int(n) for n in fields[11:15]) / os.sysconf("SC_CLK_TCK")
    return own + sum(ticks(int(c)) for c in children)


class Child:
    """A program that listens; `command` is kept for the table."""

    def __init__(self, command, port, user=None, log=os.devnull):
        self.command = [str(c) for c in command]
        self.port = port
        self.log = log
        extra = {"user": user, "group": user, "extra_groups": []} if user else {}
        with open(log, "ab") as out:
            self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, **extra)

    @property
    def pid(self):
        return self.process.pid

    def cpu(self):
        return ticks(self.pid)

    def wait_for_port(self, seconds=150):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.process.poll() is not None:
                break
            with socket.socket() as s:
                if s.connect_ex(("127.0.0.1", self.port)) == 0:
                    return self
            time.sleep(0.005)
        raise Failure(f"{self.command[0]} does not listen on {self.port}: {self.said()}")

    def said(self):
        if self.log == os.devnull:
            return ""
        with open(self.log, encoding="utf-8", errors="replace") as f:
            return f.read()[-2000:]

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(150)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
                raise Failure(f"{self.command[0]} did not stop") from None

    def status_kib(self, field):
        with open(f"/proc/{self.pid}/status", encoding="ascii") as f:
            for line in f:
                if line.startswith(field + ":"):
                    return int(line.split()[1])
        raise Failure(f"no {field} of {self.pid}")


def get(port, path, method="GET", body=None, headers=None):
    """One request: status, header fields as sent, body."""
    c = http.client.HTTPConnection("127.0.0.1", port, timeout=150)
    try:
        c.request(method, path, body, headers or {})
        answer = c.getresponse()
        return answer.status, answer.getheaders(), answer.read()
    finally:
        c.close()


# What nginx makes itself, or never sends differently.
NGINX_OWN = {"date", "content-length", "content-type", "connection", "server", "last-modified", "accept-ranges",
             "keep-alive"}


def nginx_location(folder, path, captured):
    """The same bytes under the same header fields."""
    _, headers, body = captured
    file = os.path.join(folder, f"body{len(os.listdir(folder))}")
    with open(file, "wb") as f:
        f.write(body)
    lines = [f"location = {path} {{", f"alias {file};", "etag off;", "max_ranges 0;", 'add_header Last-Modified "";']
    for name, value in headers:
        if name.lower() == "content-type":
            lines.append(f'default_type "{value}";')
        elif name.lower() == "x-request-id":
            lines.append("add_header X-Request-Id $request_id;")
        elif name.lower() not in NGINX_OWN:
            quoted = value.replace("\\", "\\\\").replace('"', '\\"')
            lines.append(f'add_header {name} "{quoted}";')
    return "\n\t\t\t".join(lines) + "\n\t\t}\n"


def nginx_start(folder, answers, tuned):
    """answers: {path: captured}. Plain: a log line a write, as nginx does by default. Tuned: log buffered, files kept open."""
    os.makedirs(folder)
    port = free_port()
    conf = os.path.join(folder, "nginx.conf")
    log = f"{folder}/access.log combined" + (" buffer=64k flush=1s" if tuned else "")
    cache = "open_file_cache max=100; open_file_cache_valid 60s; tcp_nopush on;" if tuned else ""
    files = os.path.join(folder, "files")
    os.makedirs(files)
    locations = "\t\t".join(nginx_location(files, path, captured) for path, captured in answers.items())
    temp = " ".join(f"{kind}_temp_path {folder}/{kind};" for kind in
                    ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    with open(conf, "w", encoding="utf-8") as f:
        f.write(f"""daemon off;
worker_processes auto;
pid {folder}/pid;
events {{ worker_connections 1024; }}
http {{
\t{temp}
\taccess_log {log};
\tsendfile on; {cache}
\tkeepalive_timeout 65; keepalive_requests 1000000000; server_tokens off;
\ttypes {{ }}
\tserver {{
\t\tlisten 127.0.0.1:{port};
\t\t{locations}
\t}}
}}
""")
    child = Child(["nginx", "-e", f"{folder}/error.log", "-p", folder, "-c", conf], port, log=f"{folder}/said")
    return child.wait_for_port()


def same_answer(ours, theirs):
    """Fails unless nginx sends our bytes under our fields; gives the fields that only one side has."""
    if ours[0] != 200 or theirs[0] != 200 or ours[2] != theirs[2]:
        raise Failure(f"not the same answer: {ours[0]} {len(ours[2])} B and {theirs[0]} {len(theirs[2])} B")
    a, b = ({name.lower() for name, _ in side[1]} for side in (ours, theirs))
    if (a ^ b) - {"server", "connection", "keep-alive"}:
        raise Failure(f"not the same header fields: {sorted(a ^ b)}")
    return sorted(a ^ b)


class Postgres(Child):
    """A cluster of our own: everything as installed, so fsync and synchronous_commit are on; a unix socket only."""

    def __init__(self, folder, hotels):
        user = "postgres" if os.geteuid() == 0 else None
        os.makedirs(folder)
        if user:
            owner = pwd.getpwnam(user)
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        self.folder = folder
        data = os.path.join(folder, "data")
        extra = {"user": user, "group": user, "extra_groups": []} if user else {}
        subprocess.run([PG + "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8",
                        "--no-sync"], check=True, stdout=subprocess.DEVNULL, cwd=folder, **extra)
        super().__init__([PG + "postgres", "-D", data, "-c", "listen_addresses=", "-c", "max_connections=100",
                          "-c", f"unix_socket_directories={folder}"], 5432, user=user, log=os.path.join(folder, "said"))
        end = time.monotonic() + 150
        while subprocess.run([PG + "pg_isready", "-h", folder], stdout=subprocess.DEVNULL, check=False).returncode:
            if time.monotonic() > end or self.process.poll() is not None:
                raise Failure(f"PostgreSQL does not start: {self.said()}")
            time.sleep(0.05)
        self.sql(SCHEMA % hotels)

    def sql(self, text):
        done = subprocess.run(["psql", "-h", self.folder, "-U", "postgres", "-qAtX", "-v", "ON_ERROR_STOP=1"],
                              input=text, text=True, stdout=subprocess.PIPE, check=True)
        return done.stdout.strip()


# One call does what one addRoomType commits; it need not even know the revision, as ours must.
SCHEMA = """
CREATE TABLE item(code text, itemtype text, rev bigint, attrs text, PRIMARY KEY(code, itemtype));
INSERT INTO item SELECT 'h' || to_char(n, 'FM000000'), 'ctl', 0, '{}' FROM generate_series(0, %d - 1) n;
CREATE TABLE one(id bigserial PRIMARY KEY, attrs text);
CREATE FUNCTION add_room_type(hotel int) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE c text := 'h' || to_char(hotel, 'FM000000'); r bigint;
BEGIN
  UPDATE item SET rev = rev + 1 WHERE code = c AND itemtype = 'ctl' RETURNING rev INTO r;
  INSERT INTO item VALUES (c, 'cfg-roomType-T' || to_char(r, 'FM00000000'), r, repeat('t', 250)),
    (c, 'cfg-history-' || to_char(r, 'FM000000000000'), r, repeat('h', 900));
  RETURN r;
END $$;
VACUUM ANALYZE;
"""
