import { expect, test } from 'vitest';
import { readEventInvokeConfig } from './event-invoke-config.ts';

test("what is not given is Lambda's own", () => {
  expect(readEventInvokeConfig({})).toEqual({
    ok: true,
    config: { maximumRetryAttempts: 2, maximumEventAgeInSeconds: 21_600, onFailure: undefined, onSuccess: undefined },
  });
});

test('everything that is wrong is named', () => {
  const to = (Destination: string) => ({ Destination });
  const OnFailure = to('arn:aws:events:us-east-1:000000000000:event-bus/default');
  const OnSuccess = to('arn:aws:s3:::bucket');
  expect(
    readEventInvokeConfig({
      ...{ MaximumRetryAttempts: 3, MaximumEventAgeInSeconds: '59', DestinationConfig: { OnFailure, OnSuccess } },
    }),
  ).toEqual({
    ok: false,
    mistakes: [
      'MaximumRetryAttempts: 3 is not a whole number from 0 to 2',
      'MaximumEventAgeInSeconds: "59" is not a whole number from 60 to 21600',
      expect.stringMatching(
        /^DestinationConfig\.OnFailure\.Destination: arn:aws:events:\S+ is not supported; supported are ARNs of s3, sqs, sns$/,
      ),
      expect.stringMatching(
        /^DestinationConfig\.OnSuccess\.Destination: arn:aws:s3:::bucket is not supported; supported are ARNs of sqs, sns$/,
      ),
    ],
  });
});
