"""The resources of a template, compared with what exists."""
import re

from . import world

READERS = {
    "AWS::DynamoDB::Table": world.table, "AWS::Lambda::Function": world.function, "AWS::IAM::Role": world.role,
    "AWS::Logs::LogGroup": world.log_group, "AWS::ApiGateway::RestApi": world.api, "AWS::SNS::Topic": world.topic,
}
# Properties that say how a thing is made, not what it is.
MAKING = {"AWS::Lambda::Function": {"Code"}}


class Existing:
    """What the cloud says of a stack's resources, by the names that the template has for them."""

    def __init__(self, cloud, stack, name, before=None):
        """`before`: what the same stack was; names that the cloud says no longer are those of then."""
        self.cloud, self.stack = cloud, stack
        rows = cloud.client("cloudformation").describe_stack_resources(StackName=name)["StackResources"]
        # moto lists what it has not made without a name.
        self.made = {row["LogicalResourceId"]: row.get("PhysicalResourceId") for row in rows if "LogicalResourceId" in row}
        self.found, self.names = {}, dict(before.names) if before else {}
        for logical, row in stack.resources.items():
            physical = self.made.get(logical)
            if physical or logical not in self.names:
                self.names[logical] = physical
            if physical and row["Type"] in READERS:
                self.found[logical] = READERS[row["Type"]](cloud, physical)
                self.names.update({f"{logical}.{attribute}": self.found[logical].get(attribute) for attribute in ("Arn", "RootResourceId")})
        self.read_api()
        self.read_permissions()

    def read_api(self):
        for api in self.stack.of("AWS::ApiGateway::RestApi"):
            if not self.made.get(api):
                continue
            paths, methods = world.paths(self.cloud, self.made[api]), world.methods(self.cloud, self.made[api])
            for logical in self.stack.of("AWS::ApiGateway::Resource"):
                row = paths.get(self.made.get(logical))
                if row:
                    self.found[logical] = {"RestApiId": self.made[api], "ParentId": row.get("parentId"), "PathPart": row.get("pathPart")}
            for logical, method in self.stack.of("AWS::ApiGateway::Method").items():
                found = methods.get((self.named(method["ResourceId"]), method["HttpMethod"]))
                if found:
                    self.found[logical] = found
            deployments = self.cloud.client("apigateway").get_deployments(restApiId=self.made[api])["items"]
            for logical in self.stack.of("AWS::ApiGateway::Deployment"):
                if deployments:
                    self.found[logical] = {"RestApiId": self.made[api]}

    def read_permissions(self):
        for logical, row in self.stack.of("AWS::Lambda::Permission").items():
            for found in world.permissions(self.cloud, self.named(row["FunctionName"])):
                self.found[logical] = found

    def named(self, value):
        """A value of the template with the names that the cloud has given."""
        if isinstance(value, str):
            return re.sub(r"\$\{([\w.]+)\}", lambda match: str(self.names.get(match[1], match[0])), value)
        if isinstance(value, list):
            return [self.named(each) for each in value]
        if isinstance(value, dict):
            return {name: self.named(each) for name, each in value.items()}
        return value

    def retained(self):
        """(type, name) of what is to outlive the stack."""
        return {(row["Type"], self.names[name]) for name, row in self.stack.resources.items() if row.get("DeletionPolicy") == "Retain" and self.names[name]}

    def differences(self):
        """(type or type.property, resource, text) of all that is not as the template says."""
        for logical, row in self.stack.resources.items():
            kind, found = row["Type"], self.found.get(logical)
            if found is None:
                yield kind, logical, "does not exist"
                continue
            for name, wanted in row.get("Properties", {}).items():
                wanted = self.named(wanted)
                if name not in MAKING.get(kind, ()) and not same(wanted, found.get(name)):
                    yield f"{kind}.{name}", logical, f"is {found.get(name)!r}, not {wanted!r}"


def same(wanted, found):
    """Numbers come back as numbers, whatever the template had; lists of rows in any order."""
    if isinstance(wanted, dict) and isinstance(found, dict):
        return wanted.keys() == found.keys() and all(same(wanted[name], found[name]) for name in wanted)
    if isinstance(wanted, list) and isinstance(found, list):
        return sorted(map(repr, wanted)) == sorted(map(repr, found))
    return wanted == found or (not isinstance(wanted, (dict, list)) and str(wanted) == str(found))
