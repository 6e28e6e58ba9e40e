// node build/app.js ROUTES FILE: writes the stack's template for the paths in ROUTES to FILE. Asks nobody and uploads nothing.
import { readFileSync, writeFileSync } from 'node:fs';
import { App, CfnOutput, DefaultStackSynthesizer, Fn, Stack } from 'aws-cdk-lib/core';
import { Alarms } from './alarms';
import { Api, STAGE } from './api';
import { Function } from './function';
import { Parameters } from './parameters';
import { Table } from './table';
import { templateText } from './template';

const [routesFile, templateFile] = process.argv.slice(2);
if (!routesFile || !templateFile)
  throw new Error('usage: app.js ROUTES FILE');

const app = new App({
  analyticsReporting: false,
  context: { '@aws-cdk/core:validateAgainstDefaultRules': true },
});
const stack = new Stack(app, 'CloudInfraDemoStack', {
  description: 'innkeeper: one function behind API Gateway on a DynamoDB table',
  synthesizer: new DefaultStackSynthesizer({ generateBootstrapVersionRule: false }),
});

const parameters = new Parameters(stack);
const table = new Table(stack, parameters);
const target = new Function(stack, parameters, table);
const api = new Api(stack, parameters, target, JSON.parse(readFileSync(routesFile, 'utf8')));
new Alarms(stack, parameters, api, target, table);

new CfnOutput(stack, 'awsCrudDemoEndpoint', {
  value: Fn.sub(`https://\${Api}.execute-api.\${AWS::Region}.\${AWS::URLSuffix}/${STAGE}/`),
});
new CfnOutput(stack, 'TableName', { value: table.name });
new CfnOutput(stack, 'FunctionName', { value: target.resource.ref });
new CfnOutput(stack, 'FunctionLogName', { value: target.log.ref });
new CfnOutput(stack, 'AccessLogName', { value: api.log.ref });

writeFileSync(templateFile, templateText({
  AWSTemplateFormatVersion: '2010-09-09',
  ...app.synth().getStackByName(stack.stackName).template,
}));
