import { type InvocationResult, InvokeFault } from '../lambda/invocation.ts';
import { type Envelope, eventJson } from './batch.ts';
import type { Disturbance } from './chaos.ts';
import { type BatchVerdict, readVerdict } from './failures.ts';
import type { MappingSettings } from './settings.ts';
import type { ShardWindow } from './shard-window.ts';
import type { SourceRecord } from './source.ts';
import { stateIn, type WindowEnd } from './tumbling-window.ts';

/** What a call of the function needs. */
export interface AttemptOptions {
  readonly settings: MappingSettings;
  readonly invoke: (eventJson: string) => Promise<InvocationResult>;
  /** The records are sent to the function now. */
  readonly sending?: ((records: readonly SourceRecord[]) => void) | undefined;
  /** What stands around the records of an event without a window. */
  readonly envelope: Envelope;
  /** By which an answer may name a record that failed. */
  readonly identifiersOf: (record: SourceRecord) => readonly string[];
  /** Tells of a failed delivery. */
  readonly failed: (records: readonly SourceRecord[], reason: string) => void;
  /** Told of an invocation whose end nothing waits for. */
  readonly stray: (invocation: Promise<unknown>) => void;
  /** The windows of the shard, where the mapping has any. */
  readonly window: ShardWindow | undefined;
}

/** One call of the function. */
export interface Call {
  /** None where the call only ends a window. */
  readonly records: readonly SourceRecord[];
  readonly end: WindowEnd | undefined;
  readonly disturbance: Disturbance;
}

export type Verdict =
  | BatchVerdict
  /** The function did not run. */
  | { readonly kind: 'throttled' }
  /** It succeeded, and nobody knows. */
  | { readonly kind: 'forgotten' };

const stateMissing = 'The answer has no state object, which every answer of a function with a tumbling window needs';

/** Calls the function once and reads what its answer means for the records; an answer's state is kept at once. */
export async function attempt({ records, end, disturbance }: Call, options: AttemptOptions): Promise<Verdict> {
  const { envelope, invoke, sending, failed, stray, window } = options;
  const json =
    window === undefined ? eventJson(records, envelope) : window.eventJson(records, end, disturbance.earlyIsFinal);
  if (disturbance.duplicate) stray(invoke(json));
  sending?.(records);
  const result = await invoke(json).catch((error: unknown) => {
    if (error instanceof InvokeFault) return error;
    throw error;
  });
  if (result instanceof InvokeFault) {
    failed(records, result.message);
    return { kind: result.code === 'TooManyRequestsException' ? 'throttled' : 'failure' };
  }
  if (!result.ok) {
    failed(records, `${result.errorType}: ${result.errorMessage}`);
    return { kind: 'failure' };
  }
  if (disturbance.forget) return { kind: 'forgotten' };
  const state = window === undefined ? undefined : stateIn(result.payload);
  if (window !== undefined && state === undefined) {
    failed(records, stateMissing);
    return { kind: 'failure' };
  }
  const verdict = verdictOf(result.payload, records, options);
  if (state !== undefined && verdict.kind !== 'failure') {
    window?.answered(state, verdict.kind === 'success' ? end : undefined);
  }
  return verdict;
}

function verdictOf(
  answer: unknown,
  records: readonly SourceRecord[],
  { settings, identifiersOf, failed }: AttemptOptions,
): BatchVerdict {
  if (!settings.ReportBatchItemFailures) return { kind: 'success' };
  const verdict = readVerdict(answer, records.map(identifiersOf));
  if (verdict.kind !== 'success') failed(records, 'The function reported batch item failures');
  return verdict;
}
