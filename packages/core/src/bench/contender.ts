/** What a contender makes of the batches, to be compared: numbers by what each is of. */
export type Found = Map<string, number>;

/** One way to do the same work. */
export interface Contender {
  readonly name: string;
  find(): Promise<Found>;
  /** Does the work once. Returns the seconds of processor time, of all threads: garbage collection is not free on one core. */
  run(): Promise<number>;
  close(): void;
}

/** One in this process. `find` says what the work of `run` comes to. */
export function contender(name: string, run: () => void, find: () => Found): Contender {
  return {
    name,
    find: async () => find(),
    run: async () => {
      const begin = process.cpuUsage();
      run();
      const { user, system } = process.cpuUsage(begin);
      return (user + system) / 1e6;
    },
    close: () => undefined,
  };
}
