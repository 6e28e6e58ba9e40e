"""moto's server on a free port of 127.0.0.1; run by the python of its own folder.

moto asks IAM for the operation alone, and for no resource. Here it asks as AWS documents for DynamoDB: for the table's ARN, and for a transaction
for each of its members, never for the transaction itself. What is refused is said on the standard error: `refused ACTION RESOURCE`.
"""
import json
import sys

from moto.iam import access_control
from moto.server import main

MEMBERS = {"Put": "PutItem", "Delete": "DeleteItem", "Update": "UpdateItem", "ConditionCheck": "ConditionCheckItem"}
BY_OPERATION = access_control.IAMRequestBase.check_action_permitted


def wanted(operation, request):
    """[(action, table)]"""
    if operation == "TransactWriteItems":
        return [(MEMBERS[name], member["TableName"]) for each in request["TransactItems"] for name, member in each.items()]
    return [(operation, request["TableName"])]


def check(self, resource):
    if self._service != "dynamodb" or b"TableName" not in self._body:
        return BY_OPERATION(self, resource)
    own = json.loads(self._body)
    for action, table in wanted(self._action.split(":")[1], own):
        self._action = f"dynamodb:{action}"
        arn = f"arn:aws:dynamodb:{self._region}:{self.account_id}:table/{table}"
        if not is_allowed(self, arn):
            print("refused", self._action, arn, file=sys.stderr, flush=True)
            self._raise_access_denied()


def is_allowed(self, arn):
    """By every policy of whoever asks."""
    verdicts = {access_control.IAMPolicy(policy).is_action_permitted(self._action, arn) for policy in self._access_key.collect_policies()}
    return access_control.PermissionResult.PERMITTED in verdicts and access_control.PermissionResult.DENIED not in verdicts


access_control.IAMRequestBase.check_action_permitted = check
main(["-H", "127.0.0.1", "-p", "0"])
