import type { Control } from '../../gateway/gateway.ts';
import type { Service } from '../../gateway/service.ts';

const actions = ['ConfirmSubscription', 'Unsubscribe'];

/** The links that notifications carry: they are opened without a signature. */
export function snsLinks(byName: ReadonlyMap<string, Service>): Control {
  return async ({ method, url, headers }) => {
    if (method !== 'GET' || !url.startsWith('/?') || headers.authorization !== undefined) return undefined;
    const query = new URLSearchParams(url.slice(2));
    const operation = query.get('Action') ?? '';
    if (!actions.includes(operation)) return undefined;
    const base = { service: 'sns', operation, method, path: '/', query, headers, accessKeyId: '', region: '' };
    return byName.get('sns')?.handle({ ...base, body: Buffer.alloc(0) });
  };
}
