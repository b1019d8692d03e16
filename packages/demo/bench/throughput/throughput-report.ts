import type { Machine } from '@tidemark/core/bench/machine';
import type { BenchReport } from '@tidemark/core/bench/report';
import type { Through } from './run-through.ts';

export function throughputReport(machine: Machine, through: Through): BenchReport {
  const { events, seconds, updates, batches, putMetricDataCalls, updatesPerSecondMax } = through;
  const countedPerSecond = updates.count / seconds.counted;
  const row = (what: string, tookSeconds: number): string[] => [
    what,
    tookSeconds.toFixed(1),
    whole(events / tookSeconds),
  ];
  return {
    name: 'throughput',
    title: 'Events end to end through the local engine',
    machine,
    tables: [
      {
        columns: [`${whole(events)} generated events`, 'seconds', 'events/s'],
        rows: [
          row('produced', seconds.sent),
          row('... and counted', seconds.counted),
          row('... and published', seconds.published),
        ],
      },
      {
        columns: ['DynamoDB Local', 'updates/s'],
        rows: [
          [`while counting: ${whole(updates.count)} updates in ${whole(batches)} batches`, whole(countedPerSecond)],
          ['alone and empty, 64 in flight, the best of three rounds', whole(updatesPerSecondMax)],
          ['share of its limit that counting used', `${Math.round((countedPerSecond / updatesPerSecondMax) * 100)} %`],
        ],
      },
    ],
    budgets: [],
    remarks: [
      `Everything shares this machine: producer, engine, DynamoDB Local and the functions. Every count was compared with what was sent. The default settings on 4 shards, with a clock that runs ${through.clockFactor} times as fast; the window's last ${(10 / through.clockFactor).toFixed(1)} s are in the time of counting. Publishing made ${whole(putMetricDataCalls)} PutMetricData calls.`,
    ],
    figures: through,
  };
}

function whole(count: number): string {
  return Math.round(count).toLocaleString('en-US');
}
