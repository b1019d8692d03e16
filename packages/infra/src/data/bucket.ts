import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Duration, RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';

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
  }

  /** The quarantine of one source, and no other's. */
  quarantining(sourceName: string): PolicyStatement {
    return new PolicyStatement({
      sid: 'Quarantine',
      actions: ['s3:PutObject'],
      resources: [this.bucket.arnForObjects(`quarantine/${sourceName}/*`)],
    });
  }

  /**
   * What Lambda needs to leave a batch that it gave up on, in the function's name. Lambda chooses the key,
   * `aws/lambda/<mapping>/<shard>/...`, and the mapping's identifier is not known before its role exists.
   */
  keepingFailures(): PolicyStatement[] {
    return [
      new PolicyStatement({
        sid: 'KeepFailedBatches',
        actions: ['s3:PutObject'],
        resources: [this.bucket.arnForObjects('aws/lambda/*')],
      }),
      new PolicyStatement({ sid: 'FindFailedBatches', actions: ['s3:ListBucket'], resources: [this.bucket.bucketArn] }),
    ];
  }
}
