"""Each promise about the template of deploy/ is kept, and would notice when it is not."""
import copy
import unittest
from pathlib import Path

import tree  # noqa: F401 (the folder of the tools)

from deploy_checks import promises, promises_api, subject
from deploy_checks.promise import PROMISES, complaints

TOP = Path(__file__).resolve().parent.parent.parent
TEMPLATE, PATHS, ACTIONS = subject.read(TOP)
KINDS = {row["Type"]: name for name, row in TEMPLATE["Resources"].items()}


def properties(kind):
    """A change gets the properties of one resource of the type: the last of its kind in the template."""
    def of(change):
        return lambda template: change(template["Resources"][KINDS[kind]]["Properties"])
    return of


table, function, stage, alarm, permission, topic = map(properties, (
    "AWS::DynamoDB::Table", "AWS::Lambda::Function", "AWS::ApiGateway::Stage", "AWS::CloudWatch::Alarm", "AWS::Lambda::Permission", "AWS::SNS::Topic"))
method, rest_api, log, authorizer, refusal = map(properties, (
    "AWS::ApiGateway::Method", "AWS::ApiGateway::RestApi", "AWS::Logs::LogGroup", "AWS::ApiGateway::Authorizer", "AWS::ApiGateway::GatewayResponse"))


def put(name, value):
    """A change that sets a member of the properties, or of a member of them: `a.b`."""
    def change(row):
        *path, last = name.split(".")
        for each in path:
            row = row[int(each)] if each.isdigit() else row[each]
        row[int(last) if last.isdigit() else last] = value
    return change


def drop(name):
    return lambda row: row.pop(name)


def resource(name, value=None):
    """Sets a resource, or takes it away."""
    def change(template):
        if value is None:
            del template["Resources"][name]
        else:
            template["Resources"][name] = value
    return change


def any_method(path, change):
    """A change of the method ANY of a path."""
    def change_it(template):
        stack = subject.Subject(template, "IAM", PATHS, ACTIONS)
        for name, row in stack.of("AWS::ApiGateway::Method").items():
            if row["HttpMethod"] == "ANY" and promises_api.path_of(stack, row["ResourceId"]) == path:
                change(template["Resources"][name]["Properties"])
                return
        raise AssertionError(path)
    return change_it


def role(change):
    """A change of the statement about the table in the function's role."""
    def change_it(template):
        name = promises.role_of(subject.Subject(template, "IAM", PATHS, ACTIONS))
        rows = template["Resources"][name]["Properties"]["Policies"]
        for row in rows:
            statement = promises.statements(row["PolicyDocument"])[0]
            if statement["Action"][0].startswith("dynamodb:"):
                change(statement)
    return change_it


def trust(principal):
    def change(template):
        name = promises.role_of(subject.Subject(template, "IAM", PATHS, ACTIONS))
        promises.statements(template["Resources"][name]["Properties"]["AssumeRolePolicyDocument"])[0]["Principal"] = principal
    return change


def kept_for_ever(template):
    for row in template["Resources"].values():
        if row["Type"] == "AWS::Logs::LogGroup":
            del row["Properties"]["RetentionInDays"]
            return


def setting(name, value):
    return function(lambda row: row["Environment"]["Variables"].update({name: value}))


def managed(template):
    name = promises.role_of(subject.Subject(template, "IAM", PATHS, ACTIONS))
    template["Resources"][name]["Properties"]["ManagedPolicyArns"] = ["arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"]


def of_kind(kind, change):
    """The change of every resource of the type."""
    def change_it(template):
        for name, row in list(template["Resources"].items()):
            if row["Type"] == kind:
                change(template, name)
    return change_it


def alarms_of_index(template):
    """Nobody looks at an index."""
    for row in template["Resources"].values():
        for each in row.get("Properties", {}).get("Metrics", []):
            if "MetricStat" in each:
                kept = [own for own in each["MetricStat"]["Metric"]["Dimensions"] if own["Name"] != "GlobalSecondaryIndexName"]
                each["MetricStat"]["Metric"]["Dimensions"] = kept


def undeployed(template, name):
    template["Resources"][name]["DependsOn"] = template["Resources"][name]["DependsOn"][1:]


def free(template, name):
    """It waits for nothing any more."""
    template["Resources"][name].pop("DependsOn", None)


def crowd(template):
    """Two methods wait for the same one."""
    waiting = [row for row in template["Resources"].values() if row["Type"] == "AWS::ApiGateway::Method" and "DependsOn" in row]
    waiting[-1]["DependsOn"] = waiting[0]["DependsOn"]


def path_gone(template):
    """No resource leads to /docs any more."""
    for name, row in list(template["Resources"].items()):
        if row["Type"] == "AWS::ApiGateway::Method" and "Docs" in name:
            del template["Resources"][name]


ONE_STATEMENT = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::bucket/*"}
STREAM = {"StreamSpecification": {"StreamViewType": "NEW_IMAGE"}}
# What each promise has to notice.
CHANGES = {
    "names_the_table": [table(put("TableName", "hotels"))],
    "on_demand": [table(put("BillingMode", "PROVISIONED")), table(drop("BillingMode")),
                  table(put("GlobalSecondaryIndexes.0.ProvisionedThroughput", {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}))],
    "stream": [table(lambda row: row.update(STREAM)), table(drop("StreamSpecification"))],
    "recovery": [table(put("PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled", False)), table(drop("PointInTimeRecoverySpecification"))],
    "protection": [table(put("DeletionProtectionEnabled", False)),
                   lambda template: template["Resources"][KINDS["AWS::DynamoDB::Table"]].pop("DeletionPolicy"),
                   lambda template: template["Resources"][KINDS["AWS::DynamoDB::Table"]].update(UpdateReplacePolicy="Delete")],
    "keys": [table(lambda row: row["KeySchema"].reverse()), table(put("AttributeDefinitions.0.AttributeType", "N"))],
    "user_index": [table(drop("GlobalSecondaryIndexes")), table(put("GlobalSecondaryIndexes.0.Projection", {"ProjectionType": "KEYS_ONLY"}))],
    "names_the_function": [function(put("FunctionName", "f")), setting("LAMBDA_ENV", "prod")],
    "runtime": [function(put("Runtime", "provided.al2")), function(put("PackageType", "Image"))],
    "timeout": [function(put("Timeout", 10)), function(put("Timeout", 60)), function(drop("Timeout"))],
    "memory": [lambda template: template["Parameters"]["Memory"].update(MinValue=128), lambda template: template["Parameters"]["Memory"].pop("MinValue")],
    "insecure": [setting("INNKEEPER_INSECURE", "1"), setting("INNKEEPER_INSECURE", "0"),
                 function(lambda row: row["Environment"]["Variables"].pop("INNKEEPER_INSECURE"))],
    "no_secrets": [setting("API_TOKEN", "x")],
    "trust": [trust({"AWS": "*"}), trust({"Service": ["lambda.amazonaws.com", "ec2.amazonaws.com"]})],
    "table_actions": [role(lambda row: row["Action"].pop()), role(lambda row: row["Action"].append("dynamodb:Scan")),
                      role(put("Resource", "*")), role(put("Resource", "arn:aws:dynamodb:eu-west-1:123456789012:table/*"))],
    "log_actions": [role(lambda row: row.update(Action="logs:CreateLogGroup")),
                    role(lambda row: row.update(Action=["logs:PutLogEvents"], Resource="arn:aws:logs:eu-west-1:123456789012:log-group:other"))],
    "nothing_else": [role(lambda row: row.update(ONE_STATEMENT)), role(lambda row: row.update(Action=["dynamodb:*"])), role(put("Resource", "*")),
                     role(lambda row: row.update(NotAction=row.pop("Action"))),
                     resource("More", {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": {"Statement": [ONE_STATEMENT]}}})],
    "no_managed_policies": [managed],
    "retention": [kept_for_ever, function(lambda row: (row.update(FunctionName="other"), row.pop("LoggingConfig", None)))],
    "alarms": [resource(name) for name, row in TEMPLATE["Resources"].items() if row["Type"] == "AWS::CloudWatch::Alarm" and "Slow" not in name] + [
        alarms_of_index],
    "alarm_metrics": [alarm(lambda row: (row.pop("Metrics", None), row.update(Namespace="AWS/Lambda", MetricName="Error", Dimensions=[]))),
                      of_kind("AWS::CloudWatch::Alarm", lambda template, name: template["Resources"][name]["Properties"].update(
                          Namespace="AWS/Lambda", MetricName="Errors", Dimensions=[{"Name": "FunctionName", "Value": "other"}]))],
    "alarm_settings": [alarm(drop("TreatMissingData")), alarm(put("ComparisonOperator", "LessThanThreshold")), alarm(put("Threshold", 0)),
                       alarm(put("AlarmActions", []))],
    "names_the_api": [rest_api(put("Name", "api")), stage(put("StageName", "v1"))],
    "all_paths": [path_gone, of_kind("AWS::ApiGateway::Resource", lambda template, name: template["Resources"][name]["Properties"].update(
                      PathPart=template["Resources"][name]["Properties"]["PathPart"].replace("tags", "labels")))],
    "methods_of_paths": [method(put("HttpMethod", "GET")), method(put("Integration.Type", "MOCK")),
                         method(put("Integration.Uri", "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/other/invocations"))],
    "authorization": [any_method("/config", put("AuthorizationType", "NONE")), any_method("/config/{id}", drop("AuthorizerId")),
                      any_method("/metrics", put("AuthorizationType", "NONE")), any_method("/livez", put("AuthorizationType", "AWS_IAM")),
                      any_method("/chains", put("ApiKeyRequired", True))],
    "authorizer": [authorizer(put("Type", "TOKEN")), authorizer(put("IdentitySource", "method.request.header.User")), authorizer(put("ProviderARNs", []))],
    "authorization_default": [lambda template: template["Parameters"]["Authorization"].update(Default="NONE"),
                              lambda template: template["Parameters"]["Authorization"].pop("AllowedValues")],
    "permission": [permission(drop("SourceArn")), permission(put("Principal", "*")), permission(put("FunctionName", "other")),
                   permission(put("SourceArn", "arn:aws:execute-api:eu-west-1:123456789012:*"))],
    "no_url": [resource("Url", {"Type": "AWS::Lambda::Url", "Properties": {"AuthType": "NONE"}})],
    "throttling": [stage(drop("MethodSettings")), stage(put("MethodSettings.0.ThrottlingRateLimit", 0)), stage(put("MethodSettings.0.ResourcePath", "/config")),
                   stage(put("MethodSettings.0.ThrottlingBurstLimit", 10000))],
    "no_bodies": [stage(put("MethodSettings.0.DataTraceEnabled", True)), stage(put("MethodSettings.0.LoggingLevel", "INFO")),
                  stage(put("AccessLogSetting.Format", "$context.requestId $context.authorizer.claims.email")),
                  stage(put("AccessLogSetting.Format", "$context.requestId $input.body"))],
    "access_log": [stage(drop("AccessLogSetting")), stage(put("AccessLogSetting.DestinationArn", "arn:aws:logs:eu-west-1:123456789012:log-group:other")),
                   stage(put("AccessLogSetting.Format", "$context.requestId"))],
    "refusals": [refusal(put("ResponseParameters", {})), refusal(drop("ResponseParameters")), refusal(put("StatusCode", "418")),
                 refusal(put("ResponseTemplates", {"application/json": '{"message":"no"}'}))],
    "statuses": [of_kind("AWS::ApiGateway::GatewayResponse", lambda template, name: template["Resources"].pop(name)),
                 refusal(put("ResponseType", "QUOTA_EXCEEDED")), refusal(put("StatusCode", "418"))],
    "waits_for_log_role": [stage(drop("Description"))],
    "account_after_api": [of_kind("AWS::ApiGateway::Account", free)],
    "in_turn": [of_kind(f"AWS::ApiGateway::{kind}", free) for kind in ("Resource", "Method", "GatewayResponse")] + [crowd],
    "deployment": [of_kind("AWS::ApiGateway::Deployment", undeployed), stage(put("DeploymentId", "other"))],
}


def found(template, promise):
    return [text for stack in subject.subjects(template, PATHS, ACTIONS) for text in complaints(promise, stack)]


class Promises(unittest.TestCase):
    def test_the_template_keeps_them(self):
        for sentence, promise in PROMISES:
            with self.subTest(sentence):
                self.assertEqual(found(TEMPLATE, promise), [])

    def test_each_is_tried_with_a_template_that_does_not_keep_it(self):
        self.assertEqual(sorted(CHANGES), sorted(promise.__name__ for _, promise in PROMISES))

    def test_each_notices_when_it_is_not_kept(self):
        for sentence, promise in PROMISES:
            before = set(found(TEMPLATE, promise))
            for number, change in enumerate(CHANGES[promise.__name__]):
                with self.subTest(sentence, change=number):
                    template = copy.deepcopy(TEMPLATE)
                    change(template)
                    self.assertNotEqual(template, TEMPLATE)
                    self.assertTrue(set(found(template, promise)) - before)


if __name__ == "__main__":
    unittest.main()
