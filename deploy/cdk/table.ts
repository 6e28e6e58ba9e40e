// The table as src/adapter/dynamodb_schema.c makes it, and its copies.
import { CfnDeletionPolicy, Fn, Stack } from 'aws-cdk-lib/core';
import { CfnTable } from 'aws-cdk-lib/aws-dynamodb';
import { Parameters } from './parameters';

const NAME = 'aws-crud-demo-config-${Environment}';
export const USER_INDEX = 'user-index';

export class Table {
  readonly name = Fn.sub(NAME);
  // Told by its name: the table may be none of this stack.
  readonly arn = Fn.sub(`arn:\${AWS::Partition}:dynamodb:\${AWS::Region}:\${AWS::AccountId}:table/${NAME}`);

  constructor(stack: Stack, parameters: Parameters) {
    const table = new CfnTable(stack, 'Table', {
      tableName: this.name,
      billingMode: 'PAY_PER_REQUEST',
      keySchema: [
        { attributeName: 'code', keyType: 'HASH' },
        { attributeName: 'itemType', keyType: 'RANGE' },
      ],
      attributeDefinitions: ['code', 'itemType', 'user'].map((name) => ({ attributeName: name, attributeType: 'S' })),
      globalSecondaryIndexes: [{
        indexName: USER_INDEX,
        keySchema: [{ attributeName: 'user', keyType: 'HASH' }],
        projection: { projectionType: 'ALL' },
      }],
      streamSpecification: { streamViewType: 'NEW_AND_OLD_IMAGES' },
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtectionEnabled: true,
    });
    table.cfnOptions.condition = parameters.makesTable;
    table.cfnOptions.deletionPolicy = CfnDeletionPolicy.RETAIN;
    table.cfnOptions.updateReplacePolicy = CfnDeletionPolicy.RETAIN;
  }
}
