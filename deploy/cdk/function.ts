// The function, what it may do, and its log.
import { Aws, CfnDeletionPolicy, Fn, Stack } from 'aws-cdk-lib/core';
import { CfnRole } from 'aws-cdk-lib/aws-iam';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnLogGroup } from 'aws-cdk-lib/aws-logs';
import { Parameters } from './parameters';
import { Table } from './table';

const NAME = 'awsEnterpriseApplicationDemo${Environment}';

// API Gateway waits no longer; the program answers within 25 s by itself.
export const TIMEOUT_S = 29;

// A log without a name of its own: the one that Lambda would choose may be there since the seed's time. It goes with the stack.
export function newLog(stack: Stack, id: string, parameters: Parameters): CfnLogGroup {
  const log = new CfnLogGroup(stack, id, { retentionInDays: parameters.logDays });
  log.cfnOptions.deletionPolicy = CfnDeletionPolicy.DELETE;
  log.cfnOptions.updateReplacePolicy = CfnDeletionPolicy.DELETE;
  return log;
}

const allow = (action: string[], resource: string) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: action, Resource: resource }],
});

export class Function {
  readonly resource: CfnFunction;
  readonly log: CfnLogGroup;

  constructor(stack: Stack, parameters: Parameters, table: Table) {
    const name = Fn.sub(NAME);
    this.log = newLog(stack, 'FunctionLog', parameters);
    const role = new CfnRole(stack, 'FunctionRole', {
      description: Fn.sub(`What ${NAME} may do`),
      assumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
      },
      policies: [
        {
          policyName: 'table',
          policyDocument: allow(
            ['GetItem', 'Query', 'PutItem', 'DeleteItem', 'ConditionCheckItem'].map((call) => `dynamodb:${call}`),
            table.arn,
          ),
        },
        { policyName: 'log', policyDocument: allow(['logs:CreateLogStream', 'logs:PutLogEvents'], this.log.attrArn) },
      ],
    });
    this.resource = new CfnFunction(stack, 'Function', {
      functionName: name,
      description: 'innkeeper lambda',
      runtime: 'provided.al2023',
      handler: 'bootstrap',
      architectures: [parameters.architecture],
      memorySize: parameters.memory,
      timeout: TIMEOUT_S,
      role: role.attrArn,
      code: { s3Bucket: parameters.codeBucket, s3Key: parameters.codeKey },
      loggingConfig: { logGroup: this.log.ref },
      environment: {
        variables: {
          LAMBDA_ENV: parameters.environment,
          INNKEEPER_INSECURE: Fn.conditionIf(parameters.isOpen.logicalId, '1', Aws.NO_VALUE).toString(),
          INNKEEPER_CORS_ORIGIN: Fn.conditionIf(
            parameters.hasCorsOrigin.logicalId, parameters.corsOrigin, Aws.NO_VALUE).toString(),
        },
      },
    });
  }
}
