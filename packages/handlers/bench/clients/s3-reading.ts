import { GetObjectCommand, NoSuchKey, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';

export const client = new S3Client({});
export const used = [GetObjectCommand, NoSuchKey, paginateListObjectsV2];
