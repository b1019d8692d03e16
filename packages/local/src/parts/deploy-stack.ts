import { setTimeout } from 'node:timers/promises';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { engineAccessKeyId } from '../gateway/intercept.ts';
import { assertRoles } from '../resources/assert-roles.ts';
import { resourceTypes } from '../resources/resource-types.ts';
import { lambdaPace } from '../sources/source.ts';
import { type Deployment, deployTemplate } from '../template/deploy.ts';
import type { Foundation } from './foundation.ts';
import type { PartsOptions } from './parts-options.ts';
import type { Responders } from './responders.ts';

/** Invocations that take longer to end are ended, and their batches delivered again after a restart. */
const stopMsMax = 5_000;

/** Creates what the template asks for. */
export async function deployStack(
  parts: PartsOptions,
  foundation: Foundation,
  responders: Responders,
): Promise<Deployment> {
  const { options, stack, region, account, directory, shutdown } = parts;
  const { clock, services, host, address } = foundation;
  const { endpoint } = address;
  const streams = new DynamoDBStreamsClient({
    endpoint,
    region,
    credentials: { accessKeyId: engineAccessKeyId, secretAccessKey: 'local' },
  });
  shutdown.add(async () => streams.destroy());
  const deployment = await deployTemplate({
    stack,
    types: resourceTypes({
      ...{ ...foundation, ...responders, region, account, endpoint, streams },
      positions: directory?.positions,
      windowCloseDelayMs: options.windowCloseDelayMs,
      mappingTransitionMs: options.mappingTransitionMs,
      readPace: options.enforceShardLimits ? lambdaPace : undefined,
      onMappingEvent: options.onMappingEvent ?? (() => {}),
    }),
    region,
    account,
    onProgress: ({ logicalId, type }) => options.onProgress?.(`creating ${logicalId} (${type})`),
  });
  shutdown.add(() => within(stopMsMax, deployment.stop()));
  assertRoles(host.definitions, services.roles);
  services.setStack({ deployment, stack, createdMs: clock.now() });
  return deployment;
}

/** Resolves with `work`, or when the time is over. */
async function within(ms: number, work: Promise<void>): Promise<void> {
  const over = new AbortController();
  try {
    await Promise.race([work, setTimeout(ms, undefined, { signal: over.signal }).catch(() => {})]);
  } finally {
    over.abort();
  }
}
