import { incidentId } from '@tidemark/core/incidents/incident-id';
import type { TickAnswer } from '@tidemark/core/incidents/steps';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Incidents } from '../../test/incidents.ts';
import { alarm, IncidentStage, mail, minuteMs, phone, topicOf } from '../../test/incidents.ts';
import type { Fate } from '../../test/metering-proxy.ts';

const refusal: Fate = { fault: 'AccessDeniedException', status: 400 };

let stage: IncidentStage;
beforeAll(async () => {
  stage = await IncidentStage.start();
});
afterAll(async () => {
  await stage?.stop();
});

/** Cuts off whoever makes the write of that number, before it or after it. */
class Strike {
  hasStruck = false;
  #writes = 0;
  #isDead = false;

  constructor(number: number, fate: Fate) {
    stage.stage.servers.proxy.decide = ({ operation }) => {
      if (this.#isDead) return refusal;
      if (operation !== 'TransactWriteItems' && operation !== 'UpdateItem') return 'pass';
      this.#writes += 1;
      if (this.hasStruck || this.#writes <= number) return 'pass';
      this.hasStruck = true;
      this.#isDead = true;
      return fate;
    };
  }

  /** Calls once more where the call was cut off, as whoever has called it does. */
  async survive<Result>(call: () => Promise<Result>): Promise<Result> {
    try {
      return await call();
    } catch (error) {
      if (!this.#isDead) throw error;
      this.#isDead = false;
      return call();
    }
  }
}

/** An alarm turns on, is told, and turns off: what the rule and the machine call, one after the other. */
async function escalate(web: Incidents, strike: Strike, at: number): Promise<string> {
  const id = incidentId(alarm.alarm, at);
  const tick = () => strike.survive(() => web.tick(id));
  const tell = async (answer: TickAnswer) => {
    await strike.survive(() => web.gather(id, answer));
    expect(await strike.survive(() => web.send(id, answer))).toEqual({ sent: true, waitSeconds: 0 });
  };
  await strike.survive(() => web.turn('ALARM', at));
  await tell(await tick());
  const waits = await tick();
  await strike.survive(() => web.await(id, waits, `token of ${id}`));
  await strike.survive(() => web.turn('OK', at + minuteMs));
  expect(stage.aws.woken).toContain(`token of ${id}`);
  await tell(await tick());
  expect(await tick()).toEqual({ kind: 'end' });
  return id;
}

test.each([
  ['before', refusal],
  ['after', 'lose-answer'],
] as const)(
  'cut off %s any of its writes and called again: one incident, one execution, everybody told',
  async (_, fate) => {
    const web = await stage.deploy({ joinWithinMs: 0 });
    const { aws } = stage;
    let writes = 0;
    for (let number = 0; ; number += 1) {
      aws.reset();
      const strike = new Strike(number, fate);
      const id = await escalate(web, strike, Date.now() - 600 * minuteMs + number * 10 * minuteMs);
      stage.stage.servers.proxy.reset();
      expect([...aws.started.keys()]).toEqual([id]);
      for (const contact of [mail, phone]) {
        const subjects = aws.published.filter(({ topic }) => topic === topicOf(contact)).map(({ subject }) => subject);
        expect(subjects.map((subject) => subject.split(':')[0])).toContain('HIGH');
        expect(subjects.at(-1)).toMatch(/^Over/);
        // Rather twice than never, when it was cut off after it had sent.
        expect(subjects.length).toBeLessThanOrEqual(strike.hasStruck ? 3 : 2);
      }
      const { Status, Log, Told } = await web.item(id);
      expect({ Status, Told }).toEqual({ Status: 'recovered', Told: [mail, phone] });
      for (const kind of ['opened', 'settling', 'recovered']) {
        expect(Log.filter(({ Kind }) => Kind === kind)).toHaveLength(1);
      }
      expect(await web.items('OUTBOX#')).toEqual([]);
      if (!strike.hasStruck) break;
      writes += 1;
    }
    // Each of the ten calls writes, those that send three times; and the key that signs links is made once.
    expect(writes).toBeGreaterThanOrEqual(13);
  },
);
