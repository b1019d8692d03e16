import { demandsTls } from '../services/iam/tls-statement.ts';
import type { Fauxqs } from '../services/s3/fauxqs.ts';
import type { ResourceType } from '../template/resource-type.ts';
import { checked, object, only, used, withoutEffect } from '../template/shape.ts';

const bucketNameCharactersMax = 63;

/** `AWS::S3::Bucket`: a plain bucket that nobody but this machine reaches. */
export function bucketType(fauxqs: Fauxqs, region: string): ResourceType {
  return {
    members: {
      BucketName: used,
      BucketEncryption: withoutEffect('nothing is encrypted on one machine'),
      LifecycleConfiguration: withoutEffect(
        'objects neither move nor expire: they stay as long as the engine, or as its --persist directory',
      ),
      OwnershipControls: withoutEffect('there is one account'),
      PublicAccessBlockConfiguration: withoutEffect('the port is open to this machine alone'),
      VersioningConfiguration: object({
        Status: withoutEffect('only the newest version of an object is kept'),
      }),
      Tags: withoutEffect('nothing reads them'),
      LoggingConfiguration: withoutEffect('access is not logged'),
      ObjectLockEnabled: only([false], 'objects cannot be locked'),
    },
    async create({ properties, generatedName }) {
      const generated = () => generatedName(bucketNameCharactersMax).toLowerCase();
      const name = typeof properties.BucketName === 'string' ? properties.BucketName : generated();
      // Making a bucket that was kept is no failure: it is the same owner's.
      const { status, body } = await fauxqs.send({
        method: 'PUT',
        url: `/${name}`,
        headers: { host: '127.0.0.1' },
        body: Buffer.alloc(0),
      });
      if (status >= 300 && status !== 409) throw new Error(`Bucket ${name} was not made: ${body.toString('utf8')}`);
      const attributes = {
        Arn: `arn:aws:s3:::${name}`,
        DomainName: `${name}.s3.amazonaws.com`,
        RegionalDomainName: `${name}.s3.${region}.amazonaws.com`,
      };
      return { physicalId: name, attributes };
    },
  };
}

/** `AWS::S3::BucketPolicy`: those that demand TLS, which a loopback port does not have. */
export const bucketPolicyType: ResourceType = {
  members: {
    Bucket: used,
    PolicyDocument: checked(tlsOnly),
  },
  async create({ logicalId, properties }) {
    return { physicalId: `${String(properties.Bucket)}/${logicalId}`, attributes: {} };
  },
};

/** Statements that deny plain or old TLS have no effect here; everything else would, and is not evaluated. */
function tlsOnly(document: unknown, path: string): readonly string[] {
  const { Statement } = document as { readonly Statement?: unknown };
  return [Statement].flat().flatMap((statement, index) => {
    if (demandsTls(statement)) return [];
    const reason = 'bucket policies are not evaluated; only those that deny requests without TLS may stand';
    return [`${path}.Statement[${index}]: ${reason}`];
  });
}
