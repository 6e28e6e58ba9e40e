"""A CloudFormation template as the service would read it for given parameters."""
import re
import sys

# Debian's own python finds Debian's modules by itself, others need the path.
sys.path.append("/usr/lib/python3/dist-packages")
import yaml

PSEUDO = {"AWS::Region": "eu-west-1", "AWS::Partition": "aws", "AWS::AccountId": "123456789012", "AWS::URLSuffix": "amazonaws.com",
          "AWS::StackName": "stack", "AWS::StackId": "arn:aws:cloudformation:eu-west-1:123456789012:stack/stack/0"}
ABSENT = object()


class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    """Reads the short forms as the long ones."""

    def short(self, name, node):
        kinds = {yaml.ScalarNode: self.construct_scalar, yaml.SequenceNode: lambda each: self.construct_sequence(each, deep=True),
                 yaml.MappingNode: lambda each: self.construct_mapping(each, deep=True)}
        return {name if name in ("Ref", "Condition") else f"Fn::{name}": kinds[type(node)](node)}


Loader.add_multi_constructor("!", Loader.short)


def load(text):
    return yaml.load(text, Loader)


class Unresolved(Exception):
    """What the template asks for is not there, or unknown here."""


class Stack:
    """Resources and outputs with every parameter, condition and function resolved. What only the service knows stays a name: the Ref of a
    resource is `${Name}`, its attribute `${Name.Attribute}`."""

    def __init__(self, template, **parameters):
        self.template = template
        self.values = {name: str(row["Default"]) for name, row in template.get("Parameters", {}).items() if "Default" in row}
        self.values.update(parameters)
        missing = template.get("Parameters", {}).keys() - self.values.keys()
        if missing:
            raise Unresolved(f"parameters without a value: {sorted(missing)}")
        self.resources = {name: self.whole(row) for name, row in template["Resources"].items() if self.is_wanted(row)}
        self.outputs = {name: self.whole(row) for name, row in template.get("Outputs", {}).items() if self.is_wanted(row)}

    def of(self, kind):
        """The properties of each resource of a type, by its name."""
        return {name: row.get("Properties", {}) for name, row in self.resources.items() if row["Type"] == kind}

    def is_wanted(self, row):
        return "Condition" not in row or self.holds(row["Condition"])

    def holds(self, name):
        return self.truth(self.template["Conditions"][name])

    def truth(self, value):
        if "Condition" in value:
            return self.holds(value["Condition"])
        (function, arguments), = value.items()
        if function == "Fn::Equals":
            left, right = (self.whole(each) for each in arguments)
            return str(left) == str(right)
        every = [self.truth(each) for each in arguments]
        return {"Fn::Not": lambda: not every[0], "Fn::And": lambda: all(every), "Fn::Or": lambda: any(every)}[function]()

    def whole(self, value):
        """A value without functions; what a condition leaves out is not in it."""
        if isinstance(value, list):
            return [each for each in map(self.whole, value) if each is not ABSENT]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            (function, arguments), = value.items()
            if function == "Ref":
                return self.ref(arguments)
            if function.startswith("Fn::"):
                return self.call(function, arguments)
        kept = {name: self.whole(each) for name, each in value.items()}
        return {name: each for name, each in kept.items() if each is not ABSENT}

    def ref(self, name):
        if name == "AWS::NoValue":
            return ABSENT
        for values in (self.values, PSEUDO):
            if name in values:
                return values[name]
        return self.of_resource(name, "")

    def of_resource(self, name, attribute):
        row = self.template["Resources"].get(name)
        if row is None or not self.is_wanted(row):
            raise Unresolved(f"there is no {name}")
        return f"${{{name}{attribute}}}"

    def call(self, function, arguments):
        if function == "Fn::If":
            condition, yes, no = arguments
            return self.whole(yes if self.holds(condition) else no)
        if function == "Fn::GetAtt":
            name, attribute = arguments if isinstance(arguments, list) else arguments.split(".", 1)
            return self.of_resource(name, f".{attribute}")
        if function == "Fn::Sub":
            return self.sub(arguments)
        arguments = self.whole(arguments)
        if function == "Fn::Join":
            return arguments[0].join(map(str, arguments[1]))
        if function == "Fn::Select":
            return arguments[1][int(arguments[0])]
        if function == "Fn::Split":
            return arguments[1].split(arguments[0])
        if function == "Fn::FindInMap":
            found = self.template["Mappings"]
            for key in arguments:
                found = found[key]
            return found
        raise Unresolved(f"{function} is not known here")

    def sub(self, arguments):
        text, own = arguments if isinstance(arguments, list) else (arguments, {})

        def value(match):
            name = match[1]
            if name.startswith("!"):
                return f"${{{name[1:]}}}"
            if name in own:
                return str(self.whole(own[name]))
            resource, dot, attribute = name.partition(".")
            return self.of_resource(resource, dot + attribute) if dot else str(self.ref(name))
        return re.sub(r"\$\{([^}]+)\}", value, text)
