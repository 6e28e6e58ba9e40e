// What differs between deployments: the template's parameters, and the conditions that follow from them.
import { CfnCondition, CfnMapping, CfnParameter, CfnParameterProps, CfnRule, Fn, Stack } from 'aws-cdk-lib/core';

// The letters and digits of every name that the seed ends with the environment's: a function's is the shortest.
const ENVIRONMENT = '[A-Za-z0-9][A-Za-z0-9-]{0,29}';

export class Parameters {
  readonly environment: string;
  readonly authorization: string;
  readonly userPoolArn: string;
  readonly corsOrigin: string;
  readonly architecture: string;
  readonly memory: number;
  readonly codeBucket: string;
  readonly codeKey: string;
  readonly rateLimit: number;
  readonly burstLimit: number;
  readonly logDays: number;
  readonly alarmEmail: string;

  readonly isIam: CfnCondition;
  readonly isCognito: CfnCondition;
  readonly isOpen: CfnCondition;
  readonly hasCorsOrigin: CfnCondition;
  readonly hasAlarmEmail: CfnCondition;
  readonly makesTable: CfnCondition;
  readonly makesLogRole: CfnCondition;

  // API Gateway's own name of the authorization.
  readonly authorizationType: string;

  constructor(stack: Stack) {
    const text = (name: string, props: CfnParameterProps) =>
      new CfnParameter(stack, name, { type: 'String', ...props }).valueAsString;
    const number = (name: string, props: CfnParameterProps) =>
      new CfnParameter(stack, name, { type: 'Number', ...props }).valueAsNumber;
    const when = (name: string, value: string, wanted: string) =>
      new CfnCondition(stack, name, { expression: Fn.conditionEquals(value, wanted) });
    const unlessEmpty = (name: string, value: string) =>
      new CfnCondition(stack, name, { expression: Fn.conditionNot(Fn.conditionEquals(value, '')) });

    this.environment = text('Environment', {
      description: 'Ends the names of the table, the function and the API.',
      allowedPattern: ENVIRONMENT,
    });
    this.authorization = text('Authorization', {
      description: 'IAM: requests are signed (Signature Version 4). COGNITO: they bring a token of UserPoolArn. ' +
        'NONE: everybody may do everything.',
      default: 'IAM',
      allowedValues: ['IAM', 'COGNITO', 'NONE'],
    });
    this.userPoolArn = text('UserPoolArn', {
      description: 'With COGNITO alone.',
      default: '',
      allowedPattern: '|arn:[a-z-]+:cognito-idp:[a-z0-9-]+:[0-9]{12}:userpool/.+',
    });
    this.corsOrigin = text('CorsOrigin', {
      description: 'Origins that browsers may call from, comma-separated; empty: any, without credentials.',
      default: '',
      allowedPattern: '[!-~]*',
    });
    this.architecture = text('Architecture', {
      description: 'What the code is built for.',
      default: 'x86_64',
      allowedValues: ['x86_64', 'arm64'],
    });
    this.memory = number('Memory', {
      description: "MB of the function; its share of a CPU grows with it.",
      default: 512,
      // A request may take 80 of them (runtime/lambda_loop.c), the program 20, documents that are kept half.
      minValue: 256,
      maxValue: 10240,
    });
    this.codeBucket = text('CodeBucket', { description: "Holds the function's code." });
    this.codeKey = text('CodeKey', { description: 'The zip in it; another one for other code.' });
    this.rateLimit = number('RateLimit', {
      description: 'Requests a second that the API takes of all callers together.',
      default: 100,
      minValue: 1,
    });
    this.burstLimit = number('BurstLimit', {
      description: 'Requests that it takes at once.',
      default: 200,
      minValue: 1,
    });
    this.logDays = number('LogDays', {
      description: 'How long logs are kept.',
      default: '30',
      allowedValues: ['1', '3', '5', '7', '14', '30', '60', '90', '180', '365', '731', '1827', '3653'],
    });
    this.alarmEmail = text('AlarmEmail', {
      description: 'Is told of alarms; empty: nobody is.',
      default: '',
      allowedPattern: '|[^@ ]+@[^@ ]+',
    });
    const existingTable = text('ExistingTable', {
      description: 'yes: the table is there already, as an earlier stack has left it.',
      default: 'no',
      allowedValues: ['yes', 'no'],
    });
    const existingLogRole = text('ExistingLogRole', {
      description: "yes: the account's API Gateway has its one role for logs already.",
      default: 'no',
      allowedValues: ['yes', 'no'],
    });

    this.isIam = when('IsIam', this.authorization, 'IAM');
    this.isCognito = when('IsCognito', this.authorization, 'COGNITO');
    this.isOpen = when('IsOpen', this.authorization, 'NONE');
    this.hasCorsOrigin = unlessEmpty('HasCorsOrigin', this.corsOrigin);
    this.hasAlarmEmail = unlessEmpty('HasAlarmEmail', this.alarmEmail);
    this.makesTable = when('MakesTable', existingTable, 'no');
    this.makesLogRole = when('MakesLogRole', existingLogRole, 'no');

    this.authorizationType = new CfnMapping(stack, 'Authorizations', {
      mapping: { IAM: { type: 'AWS_IAM' }, COGNITO: { type: 'COGNITO_USER_POOLS' }, NONE: { type: 'NONE' } },
    }).findInMap(this.authorization, 'type');
    new CfnRule(stack, 'CognitoNeedsUserPool', {
      ruleCondition: Fn.conditionEquals(this.authorization, 'COGNITO'),
      assertions: [{
        assert: Fn.conditionNot(Fn.conditionEquals(this.userPoolArn, '')),
        assertDescription: 'Authorization COGNITO needs UserPoolArn',
      }],
    });
  }
}
