import { AttributeType, BillingMode, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';

export interface ControlTableProps {
  readonly retain: boolean;
}

/** Checkpoints, ledger, catalogue and decisions of all sources: one small table, partitioned by source. */
export class ControlTable extends Construct {
  readonly table: Table;

  constructor(scope: Construct, id: string, props: ControlTableProps) {
    super(scope, id);
    this.table = new Table(this, 'Table', {
      partitionKey: { name: 'Source', type: AttributeType.STRING },
      sortKey: { name: 'Item', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      // Carried by the markers of publishing alone: a fence that expired would let records be counted twice.
      timeToLiveAttribute: 'ExpiresAt',
      encryption: TableEncryption.DEFAULT,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: props.retain,
      removalPolicy: props.retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
  }

  /** Decisions are read, decisions, ledger and checkpoints written: those of one source, and no other's. */
  counting(sourceName: string): PolicyStatement {
    return this.#statement('KeepOwnControlItems', ['dynamodb:GetItem', 'dynamodb:UpdateItem'], sourceName);
  }

  /** Floors are read, markers looked for in a range, markers and tallies written. */
  publishing(sourceName: string): PolicyStatement {
    const actions = ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:UpdateItem'];
    return this.#statement('KeepOwnControlItems', actions, sourceName);
  }

  /** Checkpoints are written, those of one source: their condition shows the old item, and nothing else is read. */
  checkpointing(sourceName: string): PolicyStatement {
    return this.#statement('KeepOwnCheckpoints', ['dynamodb:UpdateItem'], sourceName);
  }

  /** The timelines, runs, checkpoints and ledgers of all sources, for what works on all of them. */
  operating(): PolicyStatement {
    return this.#keeping(['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:UpdateItem']);
  }

  /** The same, and checkpoints and ledgers of recounts are deleted whose generations are gone. */
  pruning(): PolicyStatement {
    return this.#keeping(['dynamodb:BatchWriteItem', 'dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:UpdateItem']);
  }

  /** Of one source: runs are cancelled, and what was put on the stream anew is marked. */
  steering(sourceName: string): PolicyStatement {
    const actions = ['dynamodb:DeleteItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'];
    return this.#statement('SteerOwnControlItems', actions, sourceName);
  }

  reading(sourceName: string): PolicyStatement {
    return this.#statement('ReadOwnControlItems', ['dynamodb:GetItem', 'dynamodb:Query'], sourceName);
  }

  #keeping(actions: string[]): PolicyStatement {
    return new PolicyStatement({ sid: 'KeepControlItems', actions, resources: [this.table.tableArn] });
  }

  #statement(sid: string, actions: string[], sourceName: string): PolicyStatement {
    return new PolicyStatement({
      sid,
      actions,
      resources: [this.table.tableArn],
      conditions: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': [sourceName] } },
    });
  }
}
