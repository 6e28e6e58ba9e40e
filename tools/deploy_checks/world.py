"""What exists, by each service's own word, in the words of a template."""
import ast
import json


def table(cloud, name):
    client = cloud.client("dynamodb")
    found = client.describe_table(TableName=name)["Table"]
    backups = client.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
    recovery = backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "ENABLED"
    return {
        "Arn": found["TableArn"], "TableName": found["TableName"], "KeySchema": found["KeySchema"],
        "AttributeDefinitions": sorted(found["AttributeDefinitions"], key=lambda each: each["AttributeName"]),
        "BillingMode": found.get("BillingModeSummary", {}).get("BillingMode"),
        "DeletionProtectionEnabled": found.get("DeletionProtectionEnabled"),
        "GlobalSecondaryIndexes": [{name: row[name] for name in ("IndexName", "KeySchema", "Projection")} for row in found["GlobalSecondaryIndexes"]],
        "StreamSpecification": {"StreamViewType": found.get("StreamSpecification", {}).get("StreamViewType")},
        "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": recovery},
        "SSESpecification": {"SSEEnabled": found.get("SSEDescription", {}).get("Status") == "ENABLED"},
    }


def function(cloud, name):
    found = cloud.client("lambda").get_function_configuration(FunctionName=name)
    same = ("FunctionName", "Description", "Runtime", "Handler", "MemorySize", "Timeout", "Role", "Architectures", "LoggingConfig", "Environment")
    return {"Arn": found["FunctionArn"], **{name: found.get(name) for name in same}}


def role(cloud, name):
    client = cloud.client("iam")
    found = client.get_role(RoleName=name)["Role"]
    policies = [client.get_role_policy(RoleName=name, PolicyName=each) for each in client.list_role_policies(RoleName=name)["PolicyNames"]]
    managed = client.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
    return {
        "Arn": found["Arn"], "Description": found.get("Description"), "AssumeRolePolicyDocument": found["AssumeRolePolicyDocument"],
        "Policies": [{"PolicyDocument": document(row["PolicyDocument"]), "PolicyName": row["PolicyName"]} for row in policies],
        "ManagedPolicyArns": [row["PolicyArn"] for row in managed],
    }


def document(value):
    """moto keeps that of a stack as Python's text, of which its own IAM can make nothing."""
    return ast.literal_eval(value) if isinstance(value, str) else value


def log_group(cloud, name):
    found = cloud.client("logs").describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    row = next(row for row in found if row["logGroupName"] == name)
    # The attribute that AWS gives a template ends with `:*`, too; moto's does not.
    return {"Arn": row["arn"].removesuffix(":*"), "LogGroupName": name, "RetentionInDays": row.get("retentionInDays")}


def api(cloud, name):
    found = cloud.client("apigateway").get_rest_api(restApiId=name)
    return {
        "RootResourceId": root(cloud, name), "Name": found["name"], "Description": found.get("description"),
        "EndpointConfiguration": {"Types": found.get("endpointConfiguration", {}).get("types")}, "BinaryMediaTypes": found.get("binaryMediaTypes"),
    }


def paths(cloud, api_id):
    """{id: its row} of the API's resources, with their methods."""
    rows = cloud.client("apigateway").get_resources(restApiId=api_id, limit=500, embed=["methods"])["items"]
    return {row["id"]: row for row in rows}


def root(cloud, api_id):
    return next(name for name, row in paths(cloud, api_id).items() if row["path"] == "/")


def methods(cloud, api_id):
    """{(resource, method): properties}"""
    client, found = cloud.client("apigateway"), {}
    for resource, row in paths(cloud, api_id).items():
        for name in row.get("resourceMethods", {}):
            method = client.get_method(restApiId=api_id, resourceId=resource, httpMethod=name)
            integration = method.get("methodIntegration", {})
            found[resource, name] = {
                "RestApiId": api_id, "ResourceId": resource, "HttpMethod": name, "AuthorizationType": method.get("authorizationType"),
                "AuthorizerId": method.get("authorizerId"),
                "Integration": {"Type": integration.get("type"), "IntegrationHttpMethod": integration.get("httpMethod"), "Uri": integration.get("uri")},
            }
    return found


def topic(cloud, arn):
    rows = cloud.client("sns").list_topics()["Topics"]
    return {"Arn": next(row["TopicArn"] for row in rows if row["TopicArn"] == arn)}


def permissions(cloud, name):
    """Who may invoke a function."""
    statements = json.loads(cloud.client("lambda").get_policy(FunctionName=name)["Policy"])["Statement"]
    return [{"Action": row["Action"], "Principal": row["Principal"].get("Service"), "FunctionName": name,
             "SourceArn": (row.get("Condition") or {}).get("ArnLike", {}).get("AWS:SourceArn")} for row in statements]


def census(cloud):
    """The names of all that there is of each kind."""
    gateway = cloud.client("apigateway")
    apis = gateway.get_rest_apis()["items"]
    stages = [each["stageName"] for row in apis for each in gateway.get_stages(restApiId=row["id"])["item"]]
    authorizers = [each["id"] for row in apis for each in gateway.get_authorizers(restApiId=row["id"])["items"]]
    return {
        "AWS::DynamoDB::Table": cloud.client("dynamodb").list_tables()["TableNames"],
        "AWS::Lambda::Function": [row["FunctionName"] for row in cloud.client("lambda").list_functions()["Functions"]],
        "AWS::IAM::Role": [row["RoleName"] for row in cloud.client("iam").list_roles()["Roles"]],
        "AWS::Logs::LogGroup": [row["logGroupName"] for row in cloud.client("logs").describe_log_groups()["logGroups"]],
        "AWS::ApiGateway::RestApi": [row["id"] for row in apis],
        "AWS::ApiGateway::Stage": stages,
        "AWS::ApiGateway::Authorizer": authorizers,
        "AWS::CloudWatch::Alarm": [row["AlarmName"] for row in cloud.client("cloudwatch").describe_alarms()["MetricAlarms"]],
        "AWS::SNS::Topic": [row["TopicArn"] for row in cloud.client("sns").list_topics()["Topics"]],
        "AWS::SNS::Subscription": [row["SubscriptionArn"] for row in cloud.client("sns").list_subscriptions()["Subscriptions"]],
    }
