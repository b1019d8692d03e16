import { stagePartition } from '@tidemark/core/incidents/items';
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
      // Carried by the markers of publishing and by incidents that are long over: a fence that expired would let records be counted twice.
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

  /** Alarms, incidents and what is to be told of them, of all sources and of the stage. */
  escalating(): PolicyStatement {
    return this.#keeping([
      'dynamodb:BatchGetItem',
      'dynamodb:DeleteItem',
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:Query',
      'dynamodb:UpdateItem',
    ]);
  }

  /** The key that signs links is read, and incidents of all sources are acknowledged. */
  acknowledging(): PolicyStatement {
    return this.#keeping(['dynamodb:GetItem', 'dynamodb:PutItem']);
  }

  /** Incidents of one source are answered; silences, which belong to the stage, are read and set. */
  answering(sourceName: string): PolicyStatement {
    const actions = ['dynamodb:DeleteItem', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query'];
    return this.#statement('AnswerIncidents', actions, sourceName, stagePartition);
  }

  /** Checkpoints and ledgers of these sources are read, and the last look at each kept. */
  looking(sourceNames: readonly string[]): PolicyStatement {
    const actions = ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:UpdateItem'];
    return this.#statement('KeepLooks', actions, ...sourceNames);
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

  #statement(sid: string, actions: string[], ...partitions: string[]): PolicyStatement {
    return new PolicyStatement({
      sid,
      actions,
      resources: [this.table.tableArn],
      conditions: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': partitions } },
    });
  }
}
