// The REST API: each path of routes.json, every method of which is the function's to answer, and its one stage.
import { createHash } from 'node:crypto';
import { Aws, CfnCondition, CfnDeletionPolicy, CfnResource, Fn, Stack } from 'aws-cdk-lib/core';
import {
  CfnAccount, CfnAuthorizer, CfnDeployment, CfnGatewayResponse, CfnGatewayResponseProps, CfnMethod, CfnResource as CfnPath, CfnRestApi,
  CfnStage,
} from 'aws-cdk-lib/aws-apigateway';
import { CfnRole } from 'aws-cdk-lib/aws-iam';
import { CfnPermission } from 'aws-cdk-lib/aws-lambda';
import { CfnLogGroup } from 'aws-cdk-lib/aws-logs';
import { Function, newLog } from './function';
import { Parameters } from './parameters';
import { gatewayResponses } from './problems';

const NAME = 'awsCrudDemo${Environment}';
export const STAGE = 'prod';

// Not what GetAtt gives: that ends with `:*`.
const LOG_ARN = 'arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:${AccessLog}';

// What nobody needs a login for: ROUTE_PUBLIC in src/api.
const PUBLIC = ['/livez', '/readyz', '/openapi.json', '/docs'];

// Who asked for what, and how it ended: no body, no header, no value of a query.
const ACCESS_LOG = {
  time: '$context.requestTime',
  requestId: '$context.requestId',
  ip: '$context.identity.sourceIp',
  caller: '$context.identity.userArn',
  subject: '$context.authorizer.claims.sub',
  method: '$context.httpMethod',
  path: '$context.path',
  route: '$context.resourcePath',
  status: '$context.status',
  bytes: '$context.responseLength',
  ms: '$context.responseLatency',
  functionMs: '$context.integration.latency',
  functionRequestId: '$context.integration.requestId',
  error: '$context.error.responseType',
};

// Paths, and as many methods and refusals, that are made at once. API Gateway takes ten calls a second from an account, and some need several.
const AT_ONCE = 5;

const awaitTurn = (part: CfnResource, before: CfnResource[]) => {
  const turn = before.at(-AT_ONCE);
  if (turn)
    part.addResourceDependency(turn);
};

const logicalId = (path: string) =>
  path.split(/[^A-Za-z0-9]+/).map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');

export class Api {
  readonly name = Fn.sub(NAME);
  readonly log: CfnLogGroup;
  private readonly resource: CfnRestApi;
  // What a deployment is a snapshot of: for its hash, and what must be there before it is taken.
  private readonly definition: unknown[] = [];
  private readonly parts: CfnResource[] = [];
  private readonly paths = new Map<string, CfnPath>();
  private readonly authorizer: CfnAuthorizer;

  constructor(
    private readonly stack: Stack,
    private readonly parameters: Parameters,
    target: Function,
    routes: string[],
  ) {
    const props = {
      name: this.name,
      description: 'innkeeper, a hotel central reservation back end',
      endpointConfiguration: { types: ['REGIONAL'] },
      // Bodies reach the function byte for byte, in base64: 4 MiB of them are always within what an invocation takes.
      binaryMediaTypes: ['*/*'],
    };
    this.resource = new CfnRestApi(stack, 'Api', props);
    this.definition.push(props);
    this.authorizer = this.addAuthorizer();
    // First what need not wait for the function.
    for (const response of gatewayResponses(parameters))
      this.addResponse({ restApiId: this.resource.ref, ...response });
    for (const route of routes)
      this.addRoute(route);
    this.log = this.addStage(this.addDeployments());
    new CfnPermission(stack, 'FunctionPermission', {
      action: 'lambda:InvokeFunction',
      functionName: target.resource.ref,
      principal: 'apigateway.amazonaws.com',
      sourceArn: Fn.sub(
        `arn:\${AWS::Partition}:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${Api}/${STAGE}/*`),
    });
  }

  private addPart(part: CfnResource): void {
    awaitTurn(part, this.parts);
    this.parts.push(part);
  }

  private addResponse(props: CfnGatewayResponseProps): void {
    this.definition.push(props);
    this.addPart(new CfnGatewayResponse(this.stack, logicalId(`Gateway_${props.responseType.toLowerCase()}`), props));
  }

  private addAuthorizer(): CfnAuthorizer {
    const props = {
      restApiId: this.resource.ref,
      name: 'UserPool',
      type: 'COGNITO_USER_POOLS',
      identitySource: 'method.request.header.Authorization',
      providerArns: [this.parameters.userPoolArn],
    };
    const authorizer = new CfnAuthorizer(this.stack, 'Authorizer', props);
    authorizer.cfnOptions.condition = this.parameters.isCognito;
    this.definition.push(props);
    return authorizer;
  }

  private addPath(path: string): CfnPath {
    const known = this.paths.get(path);
    if (known)
      return known;
    const slash = path.lastIndexOf('/');
    const props = {
      restApiId: this.resource.ref,
      parentId: slash === 0 ? this.resource.attrRootResourceId : this.addPath(path.slice(0, slash)).ref,
      pathPart: path.slice(slash + 1),
    };
    const resource = new CfnPath(this.stack, logicalId(path), props);
    awaitTurn(resource, [...this.paths.values()]);
    this.definition.push(props);
    this.paths.set(path, resource);
    return resource;
  }

  private addRoute(path: string): void {
    const resource = this.addPath(path);
    const open = { authorizationType: 'NONE' };
    const closed = {
      authorizationType: this.parameters.authorizationType,
      authorizerId: Fn.conditionIf(
        this.parameters.isCognito.logicalId, this.authorizer.ref, Aws.NO_VALUE).toString(),
    };
    this.addMethod(path, resource, 'ANY', PUBLIC.includes(path) ? open : closed);
    // A browser asks before it has been told who it is.
    this.addMethod(path, resource, 'OPTIONS', open);
  }

  private addMethod(path: string, resource: CfnPath, method: string, authorization: { authorizationType: string }): void {
    const props = {
      restApiId: this.resource.ref,
      resourceId: resource.ref,
      httpMethod: method,
      ...authorization,
      integration: {
        type: 'AWS_PROXY',
        integrationHttpMethod: 'POST',
        uri: Fn.sub('arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Function.Arn}' +
          '/invocations'),
      },
    };
    this.definition.push(props);
    this.addPart(new CfnMethod(this.stack, logicalId(`${path}/${method.toLowerCase()}`), props));
  }

  // A deployment is a snapshot: another one for each change of the API, and for each authorization, which would
  // otherwise stay on the stage as it was when a parameter changes.
  private addDeployments(): string {
    const text = JSON.stringify(this.stack.resolve(this.definition));
    const hash = createHash('sha256').update(text).digest('hex').slice(0, 10);
    const add = (name: string, condition: CfnCondition) => {
      const deployment = new CfnDeployment(this.stack, `Deployment${name}${hash}`, { restApiId: this.resource.ref });
      deployment.cfnOptions.condition = condition;
      for (const part of this.parts)
        deployment.addResourceDependency(part);
      return deployment.ref;
    };
    const iam = add('Iam', this.parameters.isIam);
    const cognito = add('Cognito', this.parameters.isCognito);
    const open = add('None', this.parameters.isOpen);
    return Fn.conditionIf(this.parameters.isIam.logicalId, iam,
      Fn.conditionIf(this.parameters.isCognito.logicalId, cognito, open)).toString();
  }

  private addStage(deploymentId: string): CfnLogGroup {
    this.addLogRole();
    const log = newLog(this.stack, 'AccessLog', this.parameters);
    new CfnStage(this.stack, 'Stage', {
      restApiId: this.resource.ref,
      stageName: STAGE,
      // Named so that the stage waits for it, where it is part of the stack: a dependency on what may not be there is an error.
      description: Fn.conditionIf(
        this.parameters.makesLogRole.logicalId, Fn.sub('logs by ${LogAccount}'), 'logs by the role of the account').toString(),
      deploymentId,
      accessLogSetting: { destinationArn: Fn.sub(LOG_ARN), format: JSON.stringify(ACCESS_LOG) },
      methodSettings: [{
        httpMethod: '*',
        resourcePath: '/*',
        throttlingRateLimit: this.parameters.rateLimit,
        throttlingBurstLimit: this.parameters.burstLimit,
        // API Gateway's own log would hold headers, and is kept for ever.
        loggingLevel: 'OFF',
        dataTraceEnabled: false,
      }],
    });
    return log;
  }

  // One role for all APIs of an account and region. Whoever finds none makes it, and it stays: others may use it since.
  private addLogRole(): void {
    const role = new CfnRole(this.stack, 'LogRole', {
      description: 'Lets API Gateway write logs, in all stages of this account and region',
      assumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { Service: 'apigateway.amazonaws.com' }, Action: 'sts:AssumeRole' }],
      },
      managedPolicyArns: [
        Fn.sub('arn:${AWS::Partition}:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs'),
      ],
    });
    const account = new CfnAccount(this.stack, 'LogAccount', { cloudWatchRoleArn: role.attrArn });
    // An account that has never had an API can not be given one.
    account.addResourceDependency(this.resource);
    for (const resource of [role, account]) {
      resource.cfnOptions.condition = this.parameters.makesLogRole;
      resource.cfnOptions.deletionPolicy = CfnDeletionPolicy.RETAIN;
      resource.cfnOptions.updateReplacePolicy = CfnDeletionPolicy.RETAIN;
    }
  }
}
