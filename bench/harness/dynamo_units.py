"""What calls of DynamoDB cost in capacity units, by its own formula: of the items that went over the wire, not by Local's figures."""
import base64
import json

from .process import Failure

WRITE_BYTES, READ_BYTES = 1024, 4096


def number_bytes(text):
    digits = text.lstrip("-").upper().split("E")[0].replace(".", "").strip("0")
    return (len(digits) + 1) // 2 + 1 + text.startswith("-")


def value_bytes(value):
    (kind, inner), = value.items()
    if kind == "S":
        return len(inner.encode())
    if kind == "N":
        return number_bytes(inner)
    if kind == "B":
        return len(base64.b64decode(inner))
    if kind in ("BOOL", "NULL"):
        return 1
    if kind == "L":
        return 3 + sum(1 + value_bytes(element) for element in inner)
    if kind == "M":
        return 3 + sum(1 + len(name.encode()) + value_bytes(element) for name, element in inner.items())
    raise Failure(f"an attribute of type {kind}")


def item_bytes(item):
    return sum(len(name.encode()) + value_bytes(value) for name, value in item.items())


def steps(size, step):
    """Nothing costs as much as one byte."""
    return max(1, -(-size // step))


def key_of(members):
    return members["code"]["S"], members["itemType"]["S"]


class Meter:
    """Follows every call from an empty table on: what is overwritten or deleted counts with its old size."""

    def __init__(self):
        self.sizes = {}
        self.start()

    def start(self):
        self.before = dict(self.sizes)
        self.write = self.read = self.calls = 0

    def one_write(self, kind, members, factor):
        key = key_of(members.get("Item") or members["Key"])
        old, new = self.sizes.get(key, 0), item_bytes(members["Item"]) if kind == "Put" else 0
        self.write += factor * steps(max(old, new), WRITE_BYTES)
        if kind == "Put":
            if "user" in members["Item"] and members["Item"]["user"]["S"]:
                raise Failure("an item of user-index: its units are not counted")
            self.sizes[key] = new
        elif kind == "Delete":
            self.sizes.pop(key, None)

    def one_read(self, request, size):
        if "ProjectionExpression" in request or "FilterExpression" in request:
            raise Failure("what was read can not be told from the answer")
        self.read += steps(size, READ_BYTES) * (1 if request.get("ConsistentRead") else 0.5)

    def feed(self, calls):
        for operation, body, status, answer in calls:
            request, reply = json.loads(body), json.loads(answer)
            self.calls += 1
            if status != 200:
                raise Failure(f"{operation}: {status} {answer}")
            if operation == "TransactWriteItems":
                for action in request["TransactItems"]:
                    (kind, members), = action.items()
                    self.one_write(kind, members, 2)
            elif operation in ("PutItem", "DeleteItem"):
                self.one_write(operation.removesuffix("Item"), request, 1)
            elif operation == "GetItem":
                self.one_read(request, item_bytes(reply.get("Item", {})))
            elif operation == "Query":
                self.one_read(request, sum(item_bytes(item) for item in reply["Items"]))
            elif operation != "DescribeTable":
                raise Failure(f"{operation}: its units are not counted")

    def left_behind(self):
        """Units of everything that is otherwise than at the start, written once in one transaction; a hotel's revision counts with
        its head where both are written."""
        changed = {key for key in {*self.before, *self.sizes} if self.before.get(key) != self.sizes.get(key)}
        # An item of the same size may have been written all the same: a revision always is.
        changed |= {(code, "ctl") for code, _ in changed if (code, "ctl") in self.sizes}
        sizes = {key: max(self.before.get(key, 0), self.sizes.get(key, 0)) for key in changed}
        for code, kind in list(sizes):
            if kind == "cfg-general" and (code, "ctl") in sizes:
                sizes[code, kind] += sizes.pop((code, "ctl"))
        return 2 * sum(steps(size, WRITE_BYTES) for size in sizes.values())

    def of_hotel(self, code):
        """Units of one strong reading of a hotel's revision and everything that its document shows."""
        return steps(sum(size for (owner, kind), size in self.sizes.items()
                         if owner == code and not kind.startswith("cfg-history-")), READ_BYTES)

    def of_heads(self, codes):
        wanted = set(codes)
        return steps(sum(size for (owner, kind), size in self.sizes.items()
                         if owner.startswith("~list-all-") and kind in wanted), READ_BYTES)
