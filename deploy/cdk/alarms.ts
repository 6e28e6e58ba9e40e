// What somebody should look at; told by mail where there is an address.
import { Aws, Fn, Stack } from 'aws-cdk-lib/core';
import { CfnAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { CfnSubscription, CfnTopic } from 'aws-cdk-lib/aws-sns';
import { Api, STAGE } from './api';
import { Function } from './function';
import { Parameters } from './parameters';
import { Table, USER_INDEX } from './table';

const PERIOD_S = 300;
// The program gives up by itself after 25 s.
const SLOW_MS = 20000;

// The calls that the function makes: DynamoDB counts its failures by call.
const CALLS = ['GetItem', 'Query', 'PutItem', 'TransactWriteItems'];

type Dimensions = Record<string, string>;

const dimensionList = (dimensions: Dimensions) =>
  Object.entries(dimensions).map(([name, value]) => ({ name, value }));

export class Alarms {
  private readonly actions: string[];

  constructor(private readonly stack: Stack, parameters: Parameters, api: Api, target: Function, table: Table) {
    const topic = new CfnTopic(stack, 'AlarmTopic', {});
    topic.cfnOptions.condition = parameters.hasAlarmEmail;
    const subscription = new CfnSubscription(stack, 'AlarmSubscription', {
      topicArn: topic.ref,
      protocol: 'email',
      endpoint: parameters.alarmEmail,
    });
    subscription.cfnOptions.condition = parameters.hasAlarmEmail;
    this.actions = [Fn.conditionIf(parameters.hasAlarmEmail.logicalId, topic.ref, Aws.NO_VALUE).toString()];

    const ofFunction = { FunctionName: target.resource.ref };
    this.add('FunctionErrors', 'The function ended without an answer', 1,
      this.one('AWS/Lambda', 'Errors', ofFunction));
    this.add('FunctionThrottles', 'Lambda ran no more of the function at once', 1,
      this.one('AWS/Lambda', 'Throttles', ofFunction));
    this.add('FunctionSlow', `A call took ${SLOW_MS / 1000} s: near its timeout`, SLOW_MS,
      { ...this.one('AWS/Lambda', 'Duration', ofFunction), statistic: 'Maximum' });
    this.add('ApiFailures', 'Answers of 500 and above', 5,
      this.one('AWS/ApiGateway', '5XXError', { ApiName: api.name, Stage: STAGE }));
    this.add('TableThrottles', 'DynamoDB took no more: a hot hotel, or a rush', 10,
      this.sum([
        { name: 'ReadThrottleEvents', dimensions: { TableName: table.name } },
        { name: 'WriteThrottleEvents', dimensions: { TableName: table.name } },
        // It holds up writes to the table, which counts its own alone.
        { name: 'WriteThrottleEvents', dimensions: { TableName: table.name, GlobalSecondaryIndexName: USER_INDEX } },
      ]));
    this.add('TableErrors', 'DynamoDB failed', 5,
      this.sum(CALLS.map((call) => ({ name: 'SystemErrors', dimensions: { TableName: table.name, Operation: call } }))));
  }

  private one(namespace: string, metricName: string, dimensions: Dimensions) {
    return { namespace, metricName, dimensions: dimensionList(dimensions), period: PERIOD_S, statistic: 'Sum' };
  }

  private sum(metrics: { name: string; dimensions: Dimensions }[]) {
    return {
      metrics: [
        { id: 'all', expression: 'SUM(FILL(METRICS(), 0))', returnData: true },
        ...metrics.map(({ name, dimensions }, i) => ({
          id: `m${i}`,
          metricStat: {
            metric: { namespace: 'AWS/DynamoDB', metricName: name, dimensions: dimensionList(dimensions) },
            period: PERIOD_S,
            stat: 'Sum',
          },
          returnData: false,
        })),
      ],
    };
  }

  private add(id: string, description: string, threshold: number, what: object): void {
    new CfnAlarm(this.stack, id, {
      alarmDescription: description,
      ...what,
      comparisonOperator: 'GreaterThanOrEqualToThreshold',
      threshold,
      evaluationPeriods: 1,
      treatMissingData: 'notBreaching',
      alarmActions: this.actions,
    });
  }
}
