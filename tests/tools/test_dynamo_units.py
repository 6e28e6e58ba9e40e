"""The capacity units that the bench counts, against DynamoDB's documented sizes and steps."""
import json
import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent / "bench"))

from harness.dynamo_units import Meter, item_bytes, value_bytes  # noqa: E402
from harness.process import Failure  # noqa: E402


def item(code, kind, filler=0):
    """23 bytes, with keys of 5 letters, and the filler."""
    return {"code": {"S": code}, "itemType": {"S": kind}, "f": {"S": "x" * filler}}


def call(operation, request, reply=None, status=200):
    return operation, json.dumps(request), status, json.dumps(reply or {})


def transaction(*actions):
    return call("TransactWriteItems", {"TransactItems": list(actions)})


class Sizes(unittest.TestCase):
    def test_every_type_has_its_documented_size(self):
        cases = [({"S": ""}, 0), ({"S": "é"}, 2), ({"N": "0"}, 1), ({"N": "7"}, 2), ({"N": "42"}, 2), ({"N": "-123"}, 4), ({"N": "1200"}, 2),
                 ({"N": "0.50"}, 2), ({"B": "AAAA"}, 3), ({"BOOL": True}, 1), ({"NULL": True}, 1), ({"L": []}, 3), ({"M": {}}, 3),
                 ({"L": [{"S": "ab"}, {"NULL": True}]}, 8), ({"M": {"key": {"S": "ab"}}}, 9)]
        for value, size in cases:
            self.assertEqual(value_bytes(value), size, value)

    def test_names_count(self):
        self.assertEqual(item_bytes(item("hotel", "ctl--")), 23)


class Units(unittest.TestCase):
    def setUp(self):
        self.meter = Meter()

    def count(self, *calls):
        self.meter.start()
        self.meter.feed(calls)
        return self.meter.write, self.meter.read

    def put(self, code, kind, filler=0):
        return {"Put": {"Item": item(code, kind, filler)}}

    def test_a_write_costs_a_unit_a_kilobyte_and_twice_that_in_a_transaction(self):
        full = 1024 - 23
        self.assertEqual(self.count(call("PutItem", {"Item": item("hotel", "ctl--", full)})), (1, 0))
        self.assertEqual(self.count(call("PutItem", {"Item": item("hotel", "ctl--", full + 1)})), (2, 0))
        self.assertEqual(self.count(transaction(self.put("hotel", "a----", full), self.put("hotel", "b----", full + 1))), (6, 0))

    def test_what_is_overwritten_or_deleted_counts_with_its_old_size(self):
        self.count(transaction(self.put("hotel", "a----", 3000)))
        self.assertEqual(self.count(transaction(self.put("hotel", "a----"))), (6, 0))
        key = {"Key": {"code": {"S": "hotel"}, "itemType": {"S": "a----"}}}
        self.assertEqual(self.count(transaction({"ConditionCheck": key})), (2, 0))
        self.assertEqual(self.count(transaction({"Delete": key})), (2, 0))
        self.assertEqual(self.count(transaction({"Delete": key})), (2, 0))

    def test_a_read_costs_a_unit_four_kilobytes_of_all_it_read_and_half_where_it_is_not_strong(self):
        found = [item("hotel", f"{n}----", 2048 - 23) for n in range(3)]
        self.assertEqual(self.count(call("Query", {"ConsistentRead": True}, {"Items": found})), (0, 2))
        self.assertEqual(self.count(call("Query", {}, {"Items": found})), (0, 1))
        self.assertEqual(self.count(call("GetItem", {"ConsistentRead": True})), (0, 1))

    def test_the_least_of_a_write_is_what_it_leaves_behind_written_once(self):
        self.count(transaction(self.put("hotel", "ctl", 100)))
        self.meter.start()
        self.meter.feed([transaction(self.put("hotel", "cfg-roomType-A"), self.put("hotel", "on-its-way")),
                         transaction({"Delete": {"Key": {"code": {"S": "hotel"}, "itemType": {"S": "on-its-way"}}}}, self.put("hotel", "ctl", 100))])
        self.assertEqual((self.meter.write, self.meter.left_behind()), (8, 4))

    def test_what_can_not_be_counted_ends_the_row(self):
        for refused in (call("UpdateItem", {}), call("GetItem", {"ProjectionExpression": "a"}), call("GetItem", {}, status=400),
                        call("PutItem", {"Item": {**item("hotel", "a"), "user": {"S": "me"}}})):
            with self.assertRaises(Failure):
                self.meter.feed([refused])


if __name__ == "__main__":
    unittest.main()
