import { onTestFinished } from 'vitest';
import { EngineClock } from '../src/clock.ts';
import type { FunctionDefinition } from '../src/lambda/definition.ts';
import { LambdaHost, type LambdaHostOptions, type LogLine } from '../src/lambda/host.ts';
import type { InvocationUsage } from '../src/lambda/report.ts';
import { type InlineFunction, inlineFunction } from './inline-function.ts';

/** A host with functions, and what it logged and metered. */
export interface Tried {
  readonly host: LambdaHost;
  readonly lines: LogLine[];
  readonly usages: InvocationUsage[];
  readonly texts: () => string[];
}

/** Ends with the test. */
export function host(options: Partial<LambdaHostOptions>, ...functions: InlineFunction[]): Tried {
  const lines: LogLine[] = [];
  const usages: InvocationUsage[] = [];
  const made = new LambdaHost({
    clock: new EngineClock(),
    region: 'us-east-1',
    endpoint: () => 'http://127.0.0.1:1',
    log: (line) => lines.push(line),
    meter: (usage) => usages.push(usage),
    ...options,
  });
  onTestFinished(async () => {
    await made.close();
    await Promise.all(functions.map((each) => each.remove()));
  });
  for (const { definition } of functions) made.deploy(definition);
  return { host: made, lines, usages, texts: () => lines.map((line) => line.text) };
}

/** A host with one function, `inline`. */
export function tried(code: string, overrides: Partial<FunctionDefinition> = {}, file?: string): Tried {
  return host({}, inlineFunction(code, overrides, file));
}

/** A regular expression of a request's id. */
export const requestId = '[0-9a-f]{8}-[0-9a-f-]{27}';
