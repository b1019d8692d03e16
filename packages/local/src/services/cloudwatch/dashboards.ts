import { ServiceFailure } from '../../wire/failure.ts';
import { textOf } from '../../wire/input.ts';
import type { Input, Output } from '../../wire/rpc.ts';
import { invalidParameter, missingParameter } from './failures.ts';
import type { Dashboard, MetricStore } from './store.ts';

/** The ARN of a dashboard: dashboards belong to no region. */
type ArnOf = (name: string) => string;

export function putDashboard(store: MetricStore, input: Input, nowMs: number): Output {
  const name = textOf(input, 'DashboardName');
  const body = textOf(input, 'DashboardBody');
  if (name === undefined) throw missingParameter('The parameter DashboardName is required.');
  if (!/^[\w-]{1,255}$/.test(name)) throw invalidParameter(`The value ${name} for parameter DashboardName is invalid.`);
  if (body === undefined || !isJson(body)) {
    throw new ServiceFailure({
      code: 'DashboardInvalidInputError',
      queryCode: 'InvalidParameterInput',
      message: 'The field DashboardBody must be a valid JSON object',
    });
  }
  store.putDashboard({ name, body, modifiedMs: nowMs });
  return { DashboardValidationMessages: [] };
}

export function getDashboard(store: MetricStore, input: Input, arnOf: ArnOf): Output {
  const name = textOf(input, 'DashboardName');
  const dashboard = store.dashboards().find((each) => each.name === name);
  if (dashboard === undefined) throw notFound(name);
  return { DashboardName: dashboard.name, DashboardArn: arnOf(dashboard.name), DashboardBody: dashboard.body };
}

export function listDashboards(store: MetricStore, input: Input, arnOf: ArnOf): Output {
  const prefix = textOf(input, 'DashboardNamePrefix') ?? '';
  const entry = ({ name, body, modifiedMs }: Dashboard) => ({
    DashboardName: name,
    DashboardArn: arnOf(name),
    LastModified: new Date(modifiedMs),
    Size: Buffer.byteLength(body),
  });
  return {
    DashboardEntries: store
      .dashboards()
      .filter(({ name }) => name.startsWith(prefix))
      .map(entry),
  };
}

export function deleteDashboards(store: MetricStore, input: Input): Output {
  const names = Array.isArray(input.DashboardNames) ? input.DashboardNames.map(String) : [];
  const existing = new Set(store.dashboards().map(({ name }) => name));
  const missing = names.find((name) => !existing.has(name));
  if (missing !== undefined) throw notFound(missing);
  for (const name of names) store.deleteDashboard(name);
  return {};
}

function notFound(name: string | undefined): ServiceFailure {
  const message = `Dashboard ${name} does not exist`;
  return new ServiceFailure({ code: 'DashboardNotFoundError', queryCode: 'ResourceNotFound', message, status: 404 });
}

function isJson(text: string): boolean {
  try {
    return typeof JSON.parse(text) === 'object';
  } catch {
    return false;
  }
}
