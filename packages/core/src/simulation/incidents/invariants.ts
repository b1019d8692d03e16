/** What holds in every schedule, whatever comes twice, late, at once, or not at all. */
export const incidentInvariants = {
  oneOpen: { sentence: 'An alarm never has two open incidents.' },
  onePerTransition: { sentence: 'However often a transition is told, it makes one incident at most.' },
  flapsJoin: { sentence: 'An alarm that turns on again soon makes no other incident.' },
  silentAfterAnswer: {
    sentence: 'After an acknowledgement nobody is told until the incident is raised again; after an end nobody at all.',
  },
  heldBack: { sentence: 'Nobody is told of an alarm while something holds it.' },
  toldInTime: {
    sentence: 'An alarm that is on, not held and not answered leads to somebody told within bounded time.',
  },
  unansweredSaid: { sentence: 'An incident is raised again unanswered only when that was said to everybody.' },
  inTurn: { sentence: 'The next tier is told no sooner than the one before has let its time pass.' },
  toldOnce: { sentence: 'Where nothing fails, nobody is told the same twice.' },
  endsInTime: { sentence: 'An incident whose alarm is off ends within bounded time.' },
  endHeard: { sentence: 'Everybody who was told hears of the end; where nothing fails, once.' },
  over: { sentence: 'In the end nothing waits: no incident, no execution, no message.' },
} as const;

export type IncidentInvariant = keyof typeof incidentInvariants;
