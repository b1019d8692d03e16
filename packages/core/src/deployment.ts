import * as v from 'valibot';
import { bucketSizes } from './series/bucket.ts';
import type { SpanSize } from './series/key.ts';
import { isSpanSize } from './series/key.ts';

/**
 * What a deployed stack says of one of its sources: the value of the stack output `Source<PascalName>`, a JSON string.
 * Infra writes it, operators' tools read it; nothing else about a stack needs to be known to use it.
 */
export interface DeployedSource extends v.InferOutput<typeof deployedSource> {}

/** Where a reading of the configuration finds an event's name, its time and what its window adds up. */
const eventFields = v.object({
  name: v.array(v.string()),
  time: v.array(v.string()),
  measures: v.exactOptional(v.array(v.object({ name: v.string(), path: v.array(v.string()) }))),
});

const deployedSource = v.pipe(
  v.object({
    name: v.string(),
    /** Place in the configuration, from 0. Tools take the first source where none is named; outputs have no order. */
    position: v.number(),
    /** Name of the Kinesis stream. */
    stream: v.string(),
    streamArn: v.string(),
    seriesTable: v.string(),
    controlTable: v.string(),
    /** Name of the bucket that holds the quarantine and the archive. */
    bucket: v.string(),
    /** Name of the counting function; absent where the source has no buckets. */
    count: v.exactOptional(v.string()),
    /** Name of the publishing function. */
    publish: v.string(),
    dashboard: v.string(),
    /** Smallest first; empty where the source has a window only. */
    buckets: v.array(v.picklist(bucketSizes)),
    /** The tumbling window; absent where the source has buckets only. */
    window: v.exactOptional(v.object({ seconds: v.number(), function: v.string() })),
    /** The function that archives; absent where nothing is archived. Its objects lie in `bucket`. */
    archive: v.exactOptional(v.object({ function: v.string() })),
    /** The newest reading of an event. */
    event: eventFields,
    /** How long counters are kept, in milliseconds, by size (`1m`, `w60`). Absent on a stack from before pruning. */
    retentionMs: v.exactOptional(
      v.record(
        v.custom<SpanSize>((input) => isSpanSize(input)),
        v.number(),
      ),
    ),
    /** How it is pruned. Absent on a stack from before pruning. */
    prune: v.exactOptional(v.object({ keepReplacedMs: v.number(), writeUnitsPerSecond: v.number() })),
    /** Every reading, by the arrival time from which it holds, in milliseconds since the epoch; absent where there is but one. */
    revisions: v.exactOptional(v.array(v.object({ fromMs: v.number(), event: eventFields }))),
  }),
  v.readonly(),
);

/** Stack outputs that describe sources begin with this word. */
export const sourceOutputPrefix = 'Source';

/** Reads one output's value. Throws an Error that names the field when it is not a deployed source. */
export function parseDeployedSource(json: string): DeployedSource {
  return parseOutput(json, deployedSource, 'a deployed source');
}

/** What a deployed stack says of its workflows: the value of the stack output `Workflows`, a JSON string. */
export interface DeployedWorkflows extends v.InferOutput<typeof deployedWorkflows> {}

const deployedWorkflows = v.pipe(
  v.object({
    /** ARNs of the state machines. */
    replay: v.string(),
    backfill: v.string(),
    undo: v.string(),
    /** Absent on a stack from before pruning. */
    prune: v.exactOptional(v.string()),
    /** Name of the function that lets go of what a stopped execution left held. */
    watchdog: v.string(),
    /** Of incidents. Absent on a stack without alarms. */
    incidents: v.exactOptional(
      v.object({
        /** ARN of the state machine that escalates, and name of the function that it calls. */
        escalate: v.string(),
        function: v.string(),
        /** Name of the function that acknowledges by links, and says what is deployed. Absent on a stack from before it did so. */
        acknowledge: v.exactOptional(v.string()),
        /** Where the runbook is: an address to which `#<anchor>` is added. Absent on a stack from before there was one. */
        runbook: v.exactOptional(v.string()),
      }),
    ),
  }),
  v.readonly(),
);

/** The stack output that describes the workflows. */
export const workflowsOutput = 'Workflows';

/** Reads the output's value. Throws an Error that names the field when it does not describe workflows. */
export function parseDeployedWorkflows(json: string): DeployedWorkflows {
  return parseOutput(json, deployedWorkflows, 'the deployed workflows');
}

/** The counting function of a source that has buckets. Throws an Error for one that has none. */
export function countingFunction({ name, count }: DeployedSource): string {
  if (count === undefined) throw new Error(`source ${name} has no buckets, and no counting function`);
  return count;
}

/** Key of the output that describes a source: `web-shop` -> `SourceWebShop`. */
export function outputKey(sourceName: string): string {
  return sourceOutputPrefix + pascalCase(sourceName);
}

function parseOutput<T>(json: string, schema: v.GenericSchema<unknown, T>, what: string): T {
  const result = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), json);
  if (result.success) return result.output;
  const issue = result.issues[0];
  const field = v.getDotPath(issue) ?? 'value';
  throw new Error(`not a description of ${what}: ${field}: ${issue.message}`);
}

/** `web-shop` -> `WebShop`: a source's name in logical ids. */
function pascalCase(sourceName: string): string {
  return sourceName
    .split('-')
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join('');
}
