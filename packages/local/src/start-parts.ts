import { randomUUID } from 'node:crypto';
import type { Engine } from './engine.ts';
import { deployStack } from './parts/deploy-stack.ts';
import { layFoundation } from './parts/foundation.ts';
import { openFront } from './parts/front.ts';
import type { PartsOptions } from './parts/parts-options.ts';
import { startResponders } from './parts/responders.ts';
import { unpublishedMetrics } from './services/cloudwatch/alarms/unpublished.ts';
import { published } from './services/cloudwatch/published.ts';
import type { Pipes } from './services/pipes/pipes.ts';
import type { DrainOptions } from './sources/drains.ts';
import type { EventSourceMappings } from './sources/mappings.ts';
import type { Reader } from './sources/wake.ts';

/** Servers, then Lambda, then the port, then what the template asks for. */
export async function startParts(parts: PartsOptions): Promise<Engine> {
  const { options, stack, region, account, shutdown } = parts;
  const id = randomUUID();
  let isReady = false;
  options.onProgress?.('starting servers');
  const foundation = await layFoundation(parts);
  const { clock, faults, meter, services, host, mappings, stepFunctions, inbox } = foundation;
  const readers: Reader[] = [mappings];
  const { endpoint, port } = await openFront(parts, foundation, { id, isReady: () => isReady, readers });
  const responders = startResponders(parts, foundation);
  const { asynchronous, rules, topics, schedules, alarms, pipes } = responders;
  readers.push(pipes);
  const deployment = await deployStack(parts, foundation, responders);
  rules.start();
  alarms.start();
  const watching = alarms.list().map(({ alarm }) => alarm);
  for (const line of unpublishedMetrics(watching, published)) options.onWarning?.(line);
  schedules.start();
  pipes.resume();
  isReady = true;
  return {
    ...{ id, endpoint, port, region, account, stackName: stack.stackName, outputs: deployment.outputs, deployment },
    ...{ clock, faults, meter, services, host, asynchronous, mappings, pipes, alarms, topics, inbox, rules, schedules },
    ...{ stepFunctions, failed: services.failed },
    idle: (how) => allIdle(mappings, pipes, how),
    stop: () => shutdown.run(),
  };
}

/** What a pipe's target writes may be what a mapping reads, and the other way round. */
async function allIdle(mappings: EventSourceMappings, pipes: Pipes, how?: DrainOptions): Promise<void> {
  do {
    await pipes.idle(how);
    await mappings.idle(how);
  } while (!pipes.isIdle() || (pipes.list().length > 0 && !mappings.isIdle()));
}
