import { ServiceFailure } from '../../wire/failure.ts';
import { textOf } from '../../wire/input.ts';
import type { Input } from '../../wire/rpc.ts';

export const busName = 'default';

/** Calls may name the bus by its name or its ARN. Throws `ResourceNotFoundException` for any other bus. */
export function assertDefaultBus(input: Input): void {
  const given = textOf(input, 'EventBusName') ?? busName;
  if (given === busName || /^arn:[^:]+:events:[^:]*:\d+:event-bus\/default$/.test(given)) return;
  const message = `Event bus ${given} does not exist.`;
  throw new ServiceFailure({ code: 'ResourceNotFoundException', message });
}
