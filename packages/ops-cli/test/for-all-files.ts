import { javaOf } from '@tidemark/local/services/dynamodb/java';
import { startDynamoDbServer } from '@tidemark/local/services/dynamodb/server';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** Endpoint of DynamoDB Local, which has a database for each access key. */
    dynamodb: string;
  }
}

/** Starts what all test files use, once: DynamoDB Local, in memory, which needs Java 17. */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const dynamodb = await startDynamoDbServer({ java: javaOf(process.env), separate: true });
  provide('dynamodb', `http://127.0.0.1:${dynamodb.port}`);
  return () => dynamodb.stop();
}
