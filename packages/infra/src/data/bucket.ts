import { archivePrefix } from '@tidemark/core/archive/object';
import type { ArchiveSettings } from '@tidemark/core/config';
import { reportPrefix } from '@tidemark/core/replay/run';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type CfnBucket,
  ObjectOwnership,
  StorageClass,
} from 'aws-cdk-lib/aws-s3';
import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { acknowledgeWildcard } from '../access/wildcard.ts';

export interface DataBucketProps {
  readonly retain: boolean;
}

/** What must not be lost and does not fit a table: archived and quarantined records, and batches that Lambda gave up on. */
export class DataBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, props: DataBucketProps) {
    super(scope, id);
    this.bucket = new Bucket(this, 'Bucket', {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      versioned: props.retain,
      lifecycleRules: [
        { id: 'abandoned-uploads', abortIncompleteMultipartUploadAfter: Duration.days(7) },
        // A retried batch writes the same object again, in the quarantine as in the archive: older versions are copies.
        ...(props.retain ? [{ id: 'old-versions', noncurrentVersionExpiration: Duration.days(30) }] : []),
      ],
      removalPolicy: props.retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    Validations.of(this.bucket).acknowledge({
      id: 'AwsSolutions::AwsSolutions-S1',
      reason:
        'Access logs would need a bucket of their own; an account that wants them logs data events in CloudTrail.',
    });
  }

  /** The quarantine of one source, and no other's. `scope` holds the role that gets it. */
  quarantining(scope: Construct, sourceName: string): PolicyStatement {
    return this.#putting(scope, 'Quarantine', `quarantine/${sourceName}/`, 'Keys name the record that they hold.');
  }

  /** The archive of one source, and no other's. */
  archiving(scope: Construct, sourceName: string): PolicyStatement {
    return this.#putting(scope, 'Archive', archivePrefix(sourceName), 'Keys name the records that they hold.');
  }

  /** The archive of one source, listed and read. */
  readingArchive(scope: Construct, sourceName: string): PolicyStatement[] {
    const prefix = archivePrefix(sourceName);
    return [
      this.#prefixed(scope, 'ReadArchive', 's3:GetObject', prefix, 'Keys name the records that they hold.'),
      this.#listing('ListArchive', [prefix]),
    ];
  }

  /** Reports of replays, written and read again. */
  reporting(scope: Construct): PolicyStatement[] {
    const reason = 'Keys name the run that they report on.';
    return [
      this.#prefixed(scope, 'WriteReports', 's3:PutObject', 'replay/', reason),
      this.#prefixed(scope, 'ReadReports', 's3:GetObject', 'replay/', reason),
      this.#listing('ListReports', ['replay/']),
    ];
  }

  /** What is pruned, and reports of it, written and read again. */
  exporting(scope: Construct): PolicyStatement[] {
    const reason = 'Keys name the source, the day and the series that they hold.';
    return [
      this.#prefixed(scope, 'WriteExports', 's3:PutObject', 'prune/', reason),
      this.#prefixed(scope, 'ReadExports', 's3:GetObject', 'prune/', reason),
      this.#listing('ListExports', ['prune/']),
    ];
  }

  /** What an operator looks at: the reports of a source's runs, what was pruned of it, its quarantine, and how much there is of its archive. */
  operating(scope: Construct, sourceName: string): PolicyStatement[] {
    const [reports, quarantine] = [reportPrefix(sourceName), `quarantine/${sourceName}/`];
    const exports = `prune/${sourceName}/`;
    return [
      this.#prefixed(scope, 'ReadReports', 's3:GetObject', reports, 'Keys name the run that they report on.'),
      this.#prefixed(scope, 'ReadExports', 's3:GetObject', exports, 'Keys name the day and the series that they hold.'),
      this.#prefixed(scope, 'ReadQuarantine', 's3:GetObject', quarantine, 'Keys name the record that they hold.'),
      this.#listing('ListObjects', [reports, exports, quarantine, archivePrefix(sourceName)]),
    ];
  }

  /** What becomes of a source's archive with time. Glacier Instant Retrieval is read as S3 is: a backfill need not wait for it. */
  ageArchive(sourceName: string, { coldAfterDays, expireAfterDays }: ArchiveSettings): void {
    const storageClass = StorageClass.GLACIER_INSTANT_RETRIEVAL;
    if (coldAfterDays === undefined && expireAfterDays === undefined) return;
    this.bucket.addLifecycleRule({
      id: `archive-${sourceName}`,
      prefix: archivePrefix(sourceName),
      ...(coldAfterDays === undefined
        ? {}
        : { transitions: [{ storageClass, transitionAfter: Duration.days(coldAfterDays) }] }),
      ...(expireAfterDays === undefined ? {} : { expiration: Duration.days(expireAfterDays) }),
    });
  }

  /**
   * What Lambda needs to leave a batch that it gave up on, in the function's name. `scope` holds the role that gets it. Lambda
   * chooses the key: `aws/lambda/<mapping>/<shard>/...`.
   */
  keepingFailures(scope: Construct): PolicyStatement[] {
    const reason = 'Lambda chooses the keys, and the mapping they begin with is made after the role.';
    return [
      this.#putting(scope, 'KeepFailedBatches', 'aws/lambda/', reason),
      this.#statement('FindFailedBatches', 's3:ListBucket', this.bucket.bucketArn),
    ];
  }

  #putting(scope: Construct, sid: string, prefix: string, reason: string): PolicyStatement {
    return this.#prefixed(scope, sid, 's3:PutObject', prefix, reason);
  }

  #listing(sid: string, prefixes: readonly string[]): PolicyStatement {
    const statement = this.#statement(sid, 's3:ListBucket', this.bucket.bucketArn);
    statement.addCondition('StringLike', { 's3:prefix': prefixes.map((prefix) => `${prefix}*`) });
    return statement;
  }

  #prefixed(scope: Construct, sid: string, action: string, prefix: string, reason: string): PolicyStatement {
    const logicalId = Stack.of(this).getLogicalId(this.bucket.node.defaultChild as CfnBucket);
    acknowledgeWildcard(scope, `<${logicalId}.Arn>/${prefix}*`, reason);
    return this.#statement(sid, action, this.bucket.arnForObjects(`${prefix}*`));
  }

  /** Were the bucket deleted, a stranger could take its name: records never go to another account. */
  #statement(sid: string, action: string, resource: string): PolicyStatement {
    const conditions = { StringEquals: { 's3:ResourceAccount': Stack.of(this).account } };
    return new PolicyStatement({ sid, actions: [action], resources: [resource], conditions });
  }
}
