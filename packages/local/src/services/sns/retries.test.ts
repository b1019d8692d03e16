import { expect, test } from 'vitest';
import { type Protocol, protocols } from './protocol.ts';
import { retryWaitMs } from './retries.ts';

function waits(protocol: Protocol, count: number): readonly (number | undefined)[] {
  return Array.from({ length: count }, (_, retry) => retryWaitMs(protocol, retry));
}

test('the policies are those that SNS documents', () => {
  expect(waits('http', 4)).toEqual([20_000, 20_000, 20_000, undefined]);
  expect(waits('sqs', 6)).toEqual([0, 0, 0, 1_000, 1_000, 1_000]);
  expect(retryWaitMs('lambda', 14)).toBeCloseTo(20_000);
  expect([retryWaitMs('sqs', 100_014), retryWaitMs('sqs', 100_015)]).toEqual([20_000, undefined]);
  expect(waits('sms', 3)).toEqual([10_000, 10_000, 10_000]);
  expect(retryWaitMs('email', 11)).toBeCloseTo(600_000);
  expect([retryWaitMs('email', 49), retryWaitMs('email', 50)]).toEqual([600_000, undefined]);
});

test('waits never shrink', () => {
  for (const protocol of protocols) {
    const grown = waits(protocol, 60).filter((each) => each !== undefined);
    expect(grown).toEqual([...grown].sort((one, other) => one - other));
  }
});
