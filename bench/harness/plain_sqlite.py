"""SQLite alone, writing the rows that our store has: the same table, log and sync, no logic and no HTTP."""
import contextlib
import os
import sqlite3
import time

COLUMNS = "code,itemType,rev,attrs"
PUT = f"INSERT OR REPLACE INTO item({COLUMNS}) VALUES(?,?,?,?)"
DELETE = "DELETE FROM item WHERE code=? AND itemType=?"


def store_file(data):
    return os.path.join(data, "innkeeper.db")


def rows_of(data):
    """All items of a store, in the order of their keys."""
    with contextlib.closing(sqlite3.connect(f"file:{store_file(data)}?mode=ro", uri=True)) as db:
        return db.execute(f"SELECT {COLUMNS} FROM item ORDER BY code,itemType").fetchall()


def bytes_of(rows):
    return sum(len(row[0]) + len(row[1]) + len(row[3]) for row in rows)


def difference(before, after):
    """(rows that were put, keys that were removed) between two readings."""
    old, new = {row[:2]: row for row in before}, {row[:2]: row for row in after}
    return [row for key, row in new.items() if old.get(key) != row], [key for key in old if key not in new]


class PlainSqlite:
    """A database in a folder of its own."""

    def __init__(self, folder, data):
        with contextlib.closing(sqlite3.connect(f"file:{store_file(data)}?mode=ro", uri=True)) as db:
            schema = db.execute("SELECT sql FROM sqlite_master WHERE name='item'").fetchone()[0]
        self.db = sqlite3.connect(os.path.join(folder, "plain.db"), isolation_level=None)
        for text in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", schema):
            self.db.execute(text)

    def write(self, puts, deletes=(), rows_a_commit=None):
        """Durable when it returns: seconds and CPU seconds. Without rows_a_commit all is one transaction."""
        step = rows_a_commit or max(len(puts), 1)
        cpu, begun = time.process_time(), time.monotonic()
        for first in range(0, len(puts), step):
            self.db.execute("BEGIN IMMEDIATE")
            if first == 0:
                self.db.executemany(DELETE, deletes)
            self.db.executemany(PUT, puts[first:first + step])
            self.db.execute("COMMIT")
        return {"seconds": time.monotonic() - begun, "cpu_s": time.process_time() - cpu}

    def close(self):
        self.db.close()
