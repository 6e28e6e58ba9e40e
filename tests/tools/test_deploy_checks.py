"""What tools/deploy_check stands on: skips that must be true, templates read as the service reads them, comparisons that see differences."""
import unittest

import tree  # noqa: F401 (the folder of the tools)

from deploy_checks import existing, skips, subject
from deploy_checks.template import Stack, Unresolved, load

TEMPLATE = """
Parameters:
  Kind: { Type: String, Default: a }
  Count: { Type: Number, Default: 3 }
Conditions:
  IsA: !Equals [ !Ref Kind, a ]
  IsNoA: !Not [ !Condition IsA ]
  Never: !And [ !Condition IsA, !Condition IsNoA ]
Mappings:
  Names: { a: { text: first }, b: { text: second } }
Resources:
  Table:
    Type: AWS::DynamoDB::Table
    Condition: IsA
    Properties: { TableName: !Sub "t-${Kind}-${AWS::Region}", Count: !Ref Count, Left: !Ref "AWS::NoValue" }
  Role:
    Type: AWS::IAM::Role
    Properties:
      Description: !FindInMap [ Names, !Ref Kind, text ]
      Of: !If [ IsA, !GetAtt Table.Arn, none ]
      Path: !Join [ "/", [ a, !Ref Kind ] ]
  Never: { Type: AWS::SNS::Topic, Condition: Never }
"""


class Skips(unittest.TestCase):
    rows = skips.read("# why\n\nE1 Table|Role it is meant to be\n")

    def complaints(self, *findings):
        return list(skips.judge(findings, self.rows))

    def test_what_is_meant_to_be_found_may_be_found_often(self):
        self.assertEqual(self.complaints(("E1", "Table", "x"), ("E1", "Role", "x")), [])

    def test_what_is_not_meant_to_be_is_named(self):
        self.assertEqual(self.complaints(("E1", "Table", "x"), ("E1", "Tables", "y"), ("E2", "Table", "z")), ["E1 Tables: y", "E2 Table: z"])

    def test_a_skip_that_matches_nothing_any_more_fails(self):
        self.assertEqual(self.complaints(), ["the skip of E1 Table|Role matches nothing any more"])

    def test_a_skip_has_a_reason(self):
        with self.assertRaises(ValueError):
            skips.read("E1 Table")


class Templates(unittest.TestCase):
    def resources(self, **parameters):
        return Stack(load(TEMPLATE), **parameters).resources

    def test_references_and_functions_are_resolved(self):
        found = self.resources()
        self.assertEqual(found["Table"]["Properties"], {"TableName": "t-a-eu-west-1", "Count": "3"})
        self.assertEqual(found["Role"]["Properties"], {"Description": "first", "Of": "${Table.Arn}", "Path": "a/a"})

    def test_conditions_leave_out_what_does_not_hold(self):
        self.assertEqual(sorted(self.resources()), ["Role", "Table"])
        self.assertEqual(self.resources(Kind="b")["Role"]["Properties"], {"Description": "second", "Of": "none", "Path": "a/b"})

    def test_what_is_left_out_can_not_be_named(self):
        template = load(TEMPLATE)
        template["Resources"]["Role"]["Properties"]["Of"] = {"Ref": "Never"}
        with self.assertRaises(Unresolved):
            Stack(template)

    def test_an_unknown_function_is_refused(self):
        template = load(TEMPLATE)
        template["Resources"]["Role"]["Properties"]["Of"] = {"Fn::Cidr": []}
        with self.assertRaises(Unresolved):
            Stack(template)


class Comparisons(unittest.TestCase):
    def test_numbers_and_texts_of_them_are_the_same(self):
        self.assertTrue(existing.same("30", 30))

    def test_lists_may_come_in_any_order(self):
        self.assertTrue(existing.same([{"a": 1}, {"b": 2}], [{"b": 2}, {"a": 1}]))

    def test_what_is_missing_more_or_other_differs(self):
        for wanted, found in (("a", None), ([1], []), ({"a": 1}, {"a": 1, "b": 2}), ({"a": {"b": True}}, {"a": {"b": False}}), (["a"], ["a", "a"])):
            self.assertFalse(existing.same(wanted, found), (wanted, found))


class Permissions(unittest.TestCase):
    def test_those_of_lambda_count_where_it_has_a_row(self):
        page = "| `serve` | `dynamodb:Scan` |\n| `lambda` | `dynamodb:GetItem` `dynamodb:Query` |\n"
        self.assertEqual(subject.actions_of(page), ["dynamodb:GetItem", "dynamodb:Query"])

    def test_a_page_without_any_is_refused(self):
        with self.assertRaises(ValueError):
            subject.actions_of("| who | actions |")


if __name__ == "__main__":
    unittest.main()
