import type { AlarmItem, LogKind } from '@tidemark/core/incidents/items';
import type { InboxMessage } from '@tidemark/local/services/sns/inbox';
import type { FoundExecution, FoundIncident } from './found-incidents.ts';

/** What an incident has left behind when it is over. */
export interface Outcome {
  /** Every incident that began since the alarm turned on. */
  readonly incidents: readonly FoundIncident[];
  readonly alarm: AlarmItem | undefined;
  /** Keys of what still waits to be told. */
  readonly outbox: readonly string[];
  /** Of these incidents. */
  readonly executions: readonly FoundExecution[];
  /** Everything that arrived anywhere since the alarm turned on. */
  readonly messages: readonly InboxMessage[];
}

/** What should have become of it. Times in milliseconds since the epoch. */
export interface Expected {
  /** Of the one transition. */
  readonly incident: string;
  /** Contacts of the tiers that should be told, in order, as in the configuration. */
  readonly tiers: readonly (readonly string[])[];
  readonly acknowledgeWithinMs: number;
  /** When somebody had acknowledged it; undefined: nobody did. */
  readonly acknowledgedMs: number | undefined;
  /** When its alarm turned off. */
  readonly offMs: number;
  /** How often somebody was struck: each time may let something be told twice. */
  readonly strikes: number;
}

const isEnd = (message: InboxMessage) => /^(Tidemark> )?Over: /.test(message.subject ?? message.text);
const isPage = (message: InboxMessage) => /^(Tidemark> )?(CRITICAL|HIGH|LOW): /.test(message.subject ?? message.text);

/** Everything that is not as it should be, in words. */
export function differencesOf(outcome: Outcome, expected: Expected): readonly string[] {
  return [
    ...incidentDifferences(outcome, expected),
    ...executionDifferences(outcome, expected),
    ...pageDifferences(outcome, expected),
    ...endDifferences(outcome, expected),
    ...timelineDifferences(outcome, expected),
  ];
}

function incidentDifferences({ incidents, alarm, outbox }: Outcome, { incident }: Expected): string[] {
  const ids = incidents.map((each) => each.incident);
  const [item] = incidents.map((each) => each.item);
  return [
    ...(ids.length === 1 && ids[0] === incident
      ? []
      : [`incidents ${ids.join(', ') || 'none'} in place of ${incident}`]),
    ...(item?.Status === 'recovered' ? [] : [`the incident is ${item?.Status}`]),
    ...(alarm?.Incident === incident && alarm.State === 'OK' ? [] : [`the alarm’s item: ${JSON.stringify(alarm)}`]),
    ...outbox.map((key) => `waits in the outbox: ${key}`),
  ];
}

/** Executions are named one after the other, and the last one has come to its end. */
function executionDifferences({ executions, incidents }: Outcome, { incident, strikes }: Expected): string[] {
  const names = Array.from({ length: incidents[0]?.item.Executions ?? 0 }, (_, at) =>
    at === 0 ? incident : `${incident}-${at + 1}`,
  );
  const found = executions.map(({ name }) => name);
  const last = executions.find(({ name }) => name === names.at(-1));
  return [
    ...names.filter((name) => !found.includes(name)).map((name) => `no execution ${name}`),
    ...found.filter((name) => !names.includes(name)).map((name) => `an execution ${name} that nobody knows`),
    ...executions.filter(({ status }) => status === 'RUNNING').map(({ name }) => `${name} has not ended`),
    // One that is stopped when everything was told leaves nothing to do.
    ...(last?.status === 'SUCCEEDED' || (strikes > 0 && last?.status === 'ABORTED')
      ? []
      : [`the last execution is ${last?.status}`]),
  ];
}

function pageDifferences({ messages }: Outcome, expected: Expected): string[] {
  const { tiers, acknowledgeWithinMs, acknowledgedMs, offMs, strikes } = expected;
  const pages = messages.filter(isPage);
  const first = (contact: string) => pages.find((page) => contactOf(page) === contact)?.atMs;
  const told = tiers.map((contacts) => contacts.map((contact) => first(contact)));
  const late = Math.min(acknowledgedMs ?? offMs, offMs);
  const known = tiers.flat();
  const order = told.slice(1).flatMap((atMs, index) => {
    const [before, after] = [told[index] ?? [], atMs].map((each) => each.filter((ms) => ms !== undefined));
    const waitedMs = Math.min(...(after ?? [])) - Math.max(...(before ?? []));
    // A message takes some time.
    return waitedMs >= acknowledgeWithinMs - 1000
      ? []
      : [`tier ${index + 2} was told ${waitedMs} ms after the one before it`];
  });
  return [
    ...known.flatMap((contact) => (first(contact) === undefined ? [`${contact} was never told`] : [])),
    ...order,
    ...known.flatMap((contact) => {
      const times = pages.filter((page) => contactOf(page) === contact).length;
      return times <= 1 + strikes ? [] : [`${contact} was told ${times} times, with ${strikes} strikes`];
    }),
    ...pages.filter((page) => !known.includes(contactOf(page))).map((page) => `${contactOf(page)} was told`),
    ...pages
      .filter(({ atMs }) => atMs > late)
      .map((page) => `${contactOf(page)} was told when it was answered or over`),
    ...messages
      .filter((message) => !isPage(message) && !isEnd(message))
      .map(({ text }) => `somebody was told: ${text}`),
  ];
}

function endDifferences({ messages }: Outcome, { tiers, offMs, strikes }: Expected): string[] {
  const ends = messages.filter(isEnd);
  return [
    ...tiers.flat().flatMap((contact) => {
      const times = ends.filter((end) => contactOf(end) === contact).length;
      if (times === 0) return [`${contact} was never told that it is over`];
      return times <= 1 + strikes ? [] : [`${contact} was told ${times} times that it is over`];
    }),
    ...ends.filter(({ atMs }) => atMs < offMs).map((end) => `${contactOf(end)} was told too soon that it is over`),
    ...ends
      .filter((end) => !tiers.flat().includes(contactOf(end)))
      .map((end) => `${contactOf(end)} was told of an end alone`),
  ];
}

/** The timeline has each turn of the course once, and everybody who was told, as often as that is known. */
function timelineDifferences({ incidents, messages }: Outcome, { tiers, acknowledgedMs }: Expected): string[] {
  const log = incidents[0]?.item.Log ?? [];
  const of = (kind: LogKind) => log.filter(({ Kind }) => Kind === kind);
  const once: readonly LogKind[] = [
    'opened',
    'settling',
    'recovered',
    ...(acknowledgedMs === undefined ? [] : ['acknowledged' as const]),
  ];
  return [
    ...once.flatMap((kind) => (of(kind).length === 1 ? [] : [`the timeline says ${of(kind).length} times ${kind}`])),
    ...(['told', 'end-told'] as const).flatMap((kind) =>
      tiers.flat().flatMap((contact) => {
        const said = of(kind).filter(({ Contact }) => Contact === contact).length;
        const came = messages.filter(
          (each) => contactOf(each) === contact && isEnd(each) === (kind === 'end-told'),
        ).length;
        return said >= 1 && said <= came
          ? []
          : [`the timeline says ${said} times ${kind} ${contact}, who got ${came} messages`];
      }),
    ),
    ...log.flatMap(({ AtMs }, at) =>
      AtMs >= (log[at - 1]?.AtMs ?? 0) ? [] : [`entry ${at} of the timeline is older than the one before`],
    ),
  ];
}

/** As the configuration names it. */
export function contactOf({ channel, to }: Pick<InboxMessage, 'channel' | 'to'>): string {
  return channel === 'https' ? to : `${channel}:${to}`;
}
