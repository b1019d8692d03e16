import type { AwsRequest } from './service.ts';

/** Query parameters that choose another operation on a bucket or an object; the others only refine one. */
const subresources = [
  ...[
    'accelerate',
    'acl',
    'analytics',
    'attributes',
    'cors',
    'delete',
    'encryption',
    'intelligent-tiering',
    'inventory',
  ],
  ...['legal-hold', 'lifecycle', 'location', 'logging', 'metrics', 'notification', 'object-lock', 'ownershipControls'],
  ...['policy', 'policyStatus', 'publicAccessBlock', 'renameObject', 'replication', 'requestPayment', 'restore'],
  ...['retention', 'select', 'session', 'tagging', 'torrent', 'uploads', 'versioning', 'versions', 'website'],
];

const verbs: Readonly<Record<string, string>> = {
  GET: 'Get',
  PUT: 'Put',
  DELETE: 'Delete',
  POST: 'Post',
  HEAD: 'Head',
};

/** Names that the rule "verb, Bucket or Object, subresource" does not give. */
const irregular: Readonly<Record<string, string>> = {
  'POST bucket delete': 'DeleteObjects',
  'GET bucket versions': 'ListObjectVersions',
  'GET bucket uploads': 'ListMultipartUploads',
  'GET bucket session': 'CreateSession',
  'GET bucket lifecycle': 'GetBucketLifecycleConfiguration',
  'PUT bucket lifecycle': 'PutBucketLifecycleConfiguration',
  'POST object uploads': 'CreateMultipartUpload',
  'PUT object renameObject': 'RenameObject',
};

/** S3 names no operation: the method, the depth of the path and the subresource do. The names are those of the SDKs. */
export function s3Operation({
  method,
  path,
  query,
  headers,
}: Pick<AwsRequest, 'method' | 'path' | 'query' | 'headers'>): string {
  const key = path.replace(/^\/[^/]*\/?/, '');
  const level = path === '/' ? 'service' : key === '' ? 'bucket' : 'object';
  if (level === 'service') return method === 'GET' ? 'ListBuckets' : '';
  const verb = verbs[method];
  if (verb === undefined) return '';
  const subresource = subresources.find((each) => query.has(each));
  if (subresource !== undefined) {
    const scope = level === 'bucket' ? 'Bucket' : 'Object';
    return irregular[`${method} ${level} ${subresource}`] ?? `${verb}${scope}${pascal(subresource)}`;
  }
  if (level === 'bucket') return bucketOperation(method, query);
  return objectOperation(method, verb, query, headers);
}

function bucketOperation(method: string, query: URLSearchParams): string {
  const names: Readonly<Record<string, string>> = {
    GET: query.get('list-type') === '2' ? 'ListObjectsV2' : 'ListObjects',
    HEAD: 'HeadBucket',
    PUT: 'CreateBucket',
    DELETE: 'DeleteBucket',
    POST: 'PostObject',
  };
  return names[method] ?? '';
}

function objectOperation(
  method: string,
  verb: string,
  query: URLSearchParams,
  headers: Readonly<Record<string, string>>,
): string {
  const isCopy = headers['x-amz-copy-source'] !== undefined;
  if (query.has('uploadId')) {
    const upload: Readonly<Record<string, string>> = {
      PUT: isCopy ? 'UploadPartCopy' : 'UploadPart',
      POST: 'CompleteMultipartUpload',
      DELETE: 'AbortMultipartUpload',
      GET: 'ListParts',
    };
    return upload[method] ?? '';
  }
  return method === 'PUT' && isCopy ? 'CopyObject' : `${verb}Object`;
}

function pascal(subresource: string): string {
  return subresource
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}
