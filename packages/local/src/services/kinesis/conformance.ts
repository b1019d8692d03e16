import { ageCases } from './conformance/age.ts';
import type { ConformanceCase } from './conformance/case.ts';
import { putCases } from './conformance/put.ts';
import { readCases } from './conformance/read.ts';
import { reshardCases } from './conformance/reshard.ts';
import { streamCases } from './conformance/stream.ts';

/**
 * What Tidemark leans on in Kinesis, as cases that any endpoint can be put to: this server, kinesis-mock, and AWS
 * itself. They tell error types and never messages, and they look at their own records alone.
 */
export const conformanceCases: readonly ConformanceCase[] = [
  ...streamCases,
  ...putCases,
  ...readCases,
  ...reshardCases,
  ...ageCases,
];
