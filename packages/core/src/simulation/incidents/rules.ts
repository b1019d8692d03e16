import type { IncidentInvariant } from './invariants.ts';

/** A rule of incidents that the simulation can switch off. */
interface IncidentRule {
  readonly sentence: string;
  /** What happens instead when the rule is off. */
  readonly off: string;
  /** The invariant that suffers first of all: some schedule breaks it. */
  readonly breaks: IncidentInvariant;
}

/** Every rule by which an alarm becomes one incident that somebody answers. Each is needed: off, some schedule breaks `breaks`. */
export const incidentRuleTable = {
  versions: {
    sentence: 'Every change is written on the condition that the items are as they were read.',
    off: 'items are put as they come',
    breaks: 'oneOpen',
  },
  newerOnly: {
    sentence: 'A transition that is not newer than the last one changes nothing.',
    off: 'whatever comes is taken for new',
    breaks: 'toldInTime',
  },
  sameMoment: {
    sentence:
      'A transition of which CloudWatch tells a slightly other moment, asked for the alarm, is the one that was heard of.',
    off: 'it is taken for another',
    breaks: 'onePerTransition',
  },
  flapsJoin: {
    sentence: 'An incident ends when its alarm has been off for long enough.',
    off: 'it ends as soon as the alarm is off',
    breaks: 'flapsJoin',
  },
  answerOutlastsFlaps: {
    sentence: 'An incident that settled goes back to what it was when its alarm turns on again.',
    off: 'it is open again, whoever has acknowledged it',
    breaks: 'silentAfterAnswer',
  },
  checkedBeforeSending: {
    sentence: 'Whether a message still is to be sent is looked up, and noted, after it was gathered.',
    off: 'what was gathered is sent',
    breaks: 'silentAfterAnswer',
  },
  notedBeforeSending: {
    sentence: 'Whoever is told is noted before the message is sent.',
    off: 'they are noted afterwards, together with when the next tier is due',
    breaks: 'endHeard',
  },
  holds: {
    sentence: 'Silences, maintenance and runs hold back what is to be told.',
    off: 'nobody looks for them',
    breaks: 'heldBack',
  },
  armed: {
    sentence:
      'An alarm that a deployment has made or changed tells nobody, unless it has turned off since, or is still on long after.',
    off: 'it tells people at once',
    breaks: 'heldBack',
  },
  freed: {
    sentence: 'What is held for less long than was said when it was looked at goes on.',
    off: 'it is held for as long as was said',
    breaks: 'toldInTime',
  },
  removedAlarms: {
    sentence: 'An incident whose alarm was deployed away is over.',
    off: 'it waits for its alarm to turn off',
    breaks: 'endsInTime',
  },
  missed: {
    sentence: 'A transition whose event was lost is taken in as CloudWatch has it.',
    off: 'nobody asks CloudWatch',
    breaks: 'toldInTime',
  },
  wakes: {
    sentence: 'Whatever ends a wait says so to the execution that waits, twice if need be.',
    off: 'the execution finds it when its time is over',
    breaks: 'endsInTime',
  },
  lateTokens: {
    sentence: 'A token that is put for a wait that was ended already ends it at once.',
    off: 'it is put all the same',
    breaks: 'endsInTime',
  },
  sweep: {
    sentence: 'An incident whose execution has stopped gets another.',
    off: 'nobody looks for it',
    breaks: 'toldInTime',
  },
  deadSenders: {
    sentence: 'What a sender has claimed that died is sent by the next.',
    off: 'it stays claimed',
    breaks: 'toldInTime',
  },
  raisedAgain: {
    sentence: 'An incident that was acknowledged is raised again when its alarm is still on long after.',
    off: 'an acknowledgement holds for good',
    breaks: 'toldInTime',
  },
  stillOn: {
    sentence: 'An alarm that is still on long after its incident was resolved by hand gets a new one.',
    off: 'it is forgotten until it turns off and on again',
    breaks: 'toldInTime',
  },
  lastWord: {
    sentence: 'That nobody has answered is said to everybody.',
    off: 'the incident is unanswered when its last tier has let its time pass',
    breaks: 'unansweredSaid',
  },
  inTurn: {
    sentence: 'A tier that was told has its time to answer before the next one is told.',
    off: 'the next one is told at once',
    breaks: 'inTurn',
  },
  failuresGoOn: {
    sentence: 'When nobody could be told, the tiers are gone through again.',
    off: 'a tier that could not be told is waited for, and when all have failed, the next raise',
    breaks: 'toldInTime',
  },
  endRetried: {
    sentence: 'Who could not be told of the end is tried again.',
    off: 'the end is told once, whatever becomes of it',
    breaks: 'endHeard',
  },
  abandoned: {
    sentence: 'What was gathered for a message, and lost whoever gathered it, is dropped in the end.',
    off: 'it waits for ever',
    breaks: 'over',
  },
  claims: {
    sentence: 'An entry of the outbox is sent by the one who has claimed it.',
    off: 'whoever finds it sends it',
    breaks: 'toldOnce',
  },
} as const satisfies Readonly<Record<string, IncidentRule>>;

export type IncidentRuleName = keyof typeof incidentRuleTable;
export type IncidentRules = Readonly<Record<IncidentRuleName, boolean>>;

export const incidentRuleNames = Object.keys(incidentRuleTable) as IncidentRuleName[];

/** Every rule on but those named. */
export function incidentRulesWithout(...off: readonly IncidentRuleName[]): IncidentRules {
  return Object.fromEntries(incidentRuleNames.map((name) => [name, !off.includes(name)])) as Record<
    IncidentRuleName,
    boolean
  >;
}
