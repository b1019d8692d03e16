import type { KinesisShape } from '../../sources/kinesis-source.ts';
import type { PipeNames, Transform } from './transform.ts';

/** A record as Pipes passes it on: flat, or what the pipe's template makes of that. `nowMs` gives engine time. */
export function pipeShape(names: PipeNames, transform: Transform | undefined, nowMs: () => number): KinesisShape {
  return (kinesis, about, data) => {
    const record = { ...kinesis, ...about };
    return {
      json: transform?.({ record, data, ingestedMs: nowMs() }, names) ?? JSON.stringify(record),
      metadata: () => ({ ...record, data: undefined }),
    };
  };
}
