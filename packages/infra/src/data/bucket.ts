import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { BlockPublicAccess, Bucket, BucketEncryption, type CfnBucket, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { acknowledgeWildcard } from '../access/wildcard.ts';

export interface DataBucketProps {
  readonly retain: boolean;
}

/** What must not be lost and does not fit a table: quarantined records and batches that Lambda gave up on. */
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
        // A retried batch writes the same quarantine object again: its older versions are copies.
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
    const logicalId = Stack.of(this).getLogicalId(this.bucket.node.defaultChild as CfnBucket);
    acknowledgeWildcard(scope, `<${logicalId}.Arn>/${prefix}*`, reason);
    return this.#statement(sid, 's3:PutObject', this.bucket.arnForObjects(`${prefix}*`));
  }

  /** Were the bucket deleted, a stranger could take its name: records never go to another account. */
  #statement(sid: string, action: string, resource: string): PolicyStatement {
    const conditions = { StringEquals: { 's3:ResourceAccount': Stack.of(this).account } };
    return new PolicyStatement({ sid, actions: [action], resources: [resource], conditions });
  }
}
