/** What becomes of invocations of a function that nobody waits for. */
export interface EventInvokeConfig {
  /** After a function error; 0 to 2. */
  readonly maximumRetryAttempts: number;
  /** An event that is older is given up; 60 s to 6 h. */
  readonly maximumEventAgeInSeconds: number;
  /** ARN of the bucket, queue or topic that gets what was given up. */
  readonly onFailure: string | undefined;
  /** ARN of the queue or topic that gets the answers. */
  readonly onSuccess: string | undefined;
}

/** Lambda's own. */
export const eventInvokeConfigDefault: EventInvokeConfig = {
  maximumRetryAttempts: 2,
  maximumEventAgeInSeconds: 21_600,
  onFailure: undefined,
  onSuccess: undefined,
};

type Given = Readonly<Record<string, unknown>>;

export type EventInvokeConfigResult =
  | { readonly ok: true; readonly config: EventInvokeConfig }
  | { readonly ok: false; readonly mistakes: readonly string[] };

/** Reads the members of `AWS::Lambda::EventInvokeConfig`, which are those of the API too. */
export function readEventInvokeConfig(given: Given): EventInvokeConfigResult {
  const mistakes: string[] = [];
  const integer = (name: string, absent: number, min: number, max: number): number => {
    const value = Number(given[name] ?? absent);
    if (Number.isInteger(value) && value >= min && value <= max) return value;
    mistakes.push(`${name}: ${JSON.stringify(given[name])} is not a whole number from ${min} to ${max}`);
    return absent;
  };
  const destination = (name: 'OnFailure' | 'OnSuccess', services: string): string | undefined => {
    const { Destination: arn } = ((given.DestinationConfig as Given | undefined)?.[name] ?? {}) as Given;
    if (arn === undefined || arn === '') return undefined;
    if (new RegExp(`^arn:[^:]+:(${services}):`).test(String(arn))) return String(arn);
    const known = services.split('|').join(', ');
    mistakes.push(
      `DestinationConfig.${name}.Destination: ${String(arn)} is not supported; supported are ARNs of ${known}`,
    );
    return undefined;
  };
  const config = {
    maximumRetryAttempts: integer('MaximumRetryAttempts', eventInvokeConfigDefault.maximumRetryAttempts, 0, 2),
    maximumEventAgeInSeconds: integer(
      'MaximumEventAgeInSeconds',
      eventInvokeConfigDefault.maximumEventAgeInSeconds,
      60,
      21_600,
    ),
    onFailure: destination('OnFailure', 's3|sqs|sns'),
    onSuccess: destination('OnSuccess', 'sqs|sns'),
  };
  return mistakes.length > 0 ? { ok: false, mistakes } : { ok: true, config };
}
