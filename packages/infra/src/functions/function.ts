import type { FunctionSettings, SourceSettings } from '@tidemark/core/config';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CfnEventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { DataBucket } from '../data/bucket.ts';
import { bundleFolder, type HandlerName, withFunctionCode } from './code.ts';
import { LoggedFunction } from './logged-function.ts';

/** `Variables` are those that the handler expects in its env.ts: a missing one does not compile. */
export interface StreamFunctionProps<Variables> {
  readonly handler: HandlerName;
  readonly description: string;
  readonly source: SourceSettings;
  readonly settings: FunctionSettings;
  readonly environment: Variables;
  /** What the handler does and what its event source mapping reads; logs and failed batches are added. `scope` holds the role. */
  readonly statements: (scope: Construct) => PolicyStatement[];
  readonly eventSourceArn: string;
  /** Lambda then carries a state of the function from batch to batch, and ends it with a call of its own. */
  readonly tumblingWindowSeconds?: number;
  /** Takes the batches that Lambda gives up on. */
  readonly failures: DataBucket;
  readonly retain: boolean;
}

/** A function that follows a stream, one batch a shard at a time: log group, role, function and event source mapping. */
export class StreamFunction<
  Variables extends { readonly [name: string]: string } = Record<string, string>,
> extends LoggedFunction<Variables> {
  /** UUID of the event source mapping. */
  readonly mappingId: string;
  readonly mappingArn: string;
  readonly batchWindowSeconds: number;

  constructor(scope: Construct, id: string, props: StreamFunctionProps<Variables>) {
    const { handler, source, failures, statements, ...rest } = props;
    super(scope, id, {
      ...rest,
      withCode: (use) => withFunctionCode(bundleFolder(handler), source, use),
      access: source.access,
      statements: (role) => [...statements(role), ...failures.keepingFailures(role)],
    });
    const mapping = this.#follow(props);
    this.mappingId = mapping.attrId;
    this.mappingArn = mapping.attrEventSourceMappingArn;
    this.batchWindowSeconds = props.settings.batchWindowSeconds;
  }

  /** The L1 construct: it states every setting, -1 included, and adds no policies of its own. */
  #follow(props: StreamFunctionProps<Variables>): CfnEventSourceMapping {
    const { settings, eventSourceArn, tumblingWindowSeconds, failures } = props;
    return new CfnEventSourceMapping(this, 'Mapping', {
      functionName: this.function.functionName,
      eventSourceArn,
      startingPosition: 'TRIM_HORIZON',
      parallelizationFactor: 1,
      batchSize: settings.batchSize,
      maximumBatchingWindowInSeconds: settings.batchWindowSeconds,
      bisectBatchOnFunctionError: settings.bisectOnError,
      maximumRetryAttempts: settings.retries,
      maximumRecordAgeInSeconds: settings.maximumRecordAgeSeconds,
      ...(tumblingWindowSeconds === undefined ? {} : { tumblingWindowInSeconds: tumblingWindowSeconds }),
      destinationConfig: { onFailure: { destination: failures.bucket.bucketArn } },
    });
  }
}
