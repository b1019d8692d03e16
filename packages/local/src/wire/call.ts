import type { Service } from '../gateway/service.ts';
import { ServiceFailure } from './failure.ts';

/**
 * One call of a JSON service from inside the engine, past the gateway: neither metered nor struck by faults. Rejects with a
 * ServiceFailure that carries the service's own error.
 */
export async function callJson(
  service: Service,
  name: string,
  target: string,
  input: unknown,
): Promise<Readonly<Record<string, unknown>>> {
  const { status, body } = await service.handle({
    service: name,
    operation: target.slice(target.lastIndexOf('.') + 1),
    method: 'POST',
    path: '/',
    query: new URLSearchParams(),
    headers: { 'x-amz-target': target, 'content-type': 'application/x-amz-json-1.0' },
    body: Buffer.from(JSON.stringify(input), 'utf8'),
    accessKeyId: 'engine',
    region: 'us-east-1',
  });
  const text = body.toString('utf8');
  const output = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
  if (status < 300) return output;
  const code = String(output.__type ?? 'UnknownError');
  throw new ServiceFailure({ code, message: String(output.message ?? output.Message ?? text), status });
}
