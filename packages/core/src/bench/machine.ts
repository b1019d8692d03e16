import { cpus, loadavg } from 'node:os';

/** Where and when figures were measured. */
export interface Machine {
  readonly cores: number;
  readonly cpu: string;
  readonly node: string;
  /** `2026-11-20` */
  readonly date: string;
  /** Processes that wanted to run over the last minute, on average, when the benchmark began: above 1, something else ran too. */
  readonly load: number;
}

/** To be called before anything is measured. */
export function describeMachine(): Machine {
  const all = cpus();
  return {
    cores: all.length,
    cpu: all[0]?.model.trim() ?? 'unknown',
    node: process.version,
    date: new Date().toISOString().slice(0, 10),
    load: Math.round((loadavg()[0] ?? 0) * 10) / 10,
  };
}

/** `Measured on 2026-11-20: 2 cores (AMD EPYC), Node v24.21.0, load 0.3 at the start.` */
export function machineLine({ cores, cpu, node, date, load }: Machine): string {
  return `Measured on ${date}: ${cores} cores (${cpu}), Node ${node}, load ${load.toFixed(1)} at the start.`;
}
