import type { TidemarkCommand } from './command.ts';

export type AnyCommand = TidemarkCommand<Record<string, unknown>>;

/** A command with its summary; its file is loaded only when it is called. */
export interface Listed {
  readonly summary: string;
  load(): Promise<AnyCommand>;
}

/** Commands that are called by two words, `replay start`, or more. */
export interface Group {
  readonly summary: string;
  /** What is said below the list of its commands; absent where the first word is a command by itself, which has examples of its own. */
  readonly example?: string;
  /** What the first word does by itself: `prune`. */
  load?(): Promise<AnyCommand>;
  readonly commands: Readonly<Record<string, Listed | Group>>;
}

/** Every command, by its first word. */
export const commands: Readonly<Record<string, Listed | Group>> = {
  produce: {
    summary: 'put events on a stream, from a file or from the generator',
    load: async () => erased((await import('./commands/produce.ts')).produceCommand),
  },
  counters: {
    summary: 'show or export what was counted',
    load: async () => erased((await import('./commands/counters.ts')).countersCommand),
  },
  windows: {
    summary: 'show or export what windows of arrival time added up',
    load: async () => erased((await import('./commands/windows.ts')).windowsCommand),
  },
  export: {
    summary: 'write totals to a file for a spreadsheet, Redshift or Athena',
    load: async () => erased((await import('./commands/export.ts')).exportCommand),
  },
  status: {
    summary: 'show how far counting is and what is wrong',
    load: async () => erased((await import('./commands/status.ts')).statusCommand),
  },
  replay: {
    summary: 'count again from the stream, compare, and switch to what is right',
    example: '$ tidemark --local replay start --from trim-horizon --verify',
    commands: {
      start: {
        summary: 'count again beside what people read, and switch where something differs',
        load: async () => erased((await import('./commands/replay/start.ts')).startReplayCommand),
      },
      status: {
        summary: 'show a run and how it ended, or follow it',
        load: async () => erased((await import('./commands/replay/status.ts')).runStatusCommand),
      },
      list: {
        summary: 'list the runs: replays, verifications, backfills and undos',
        load: async () => erased((await import('./commands/replay/list.ts')).listRunsCommand),
      },
      cancel: {
        summary: 'end a run that has not switched',
        load: async () => erased((await import('./commands/replay/cancel.ts')).cancelRunCommand),
      },
      undo: {
        summary: 'give back what a run replaced',
        load: async () => erased((await import('./commands/replay/undo.ts')).undoRunCommand),
      },
    },
  },
  backfill: {
    summary: 'count again from the archive what the stream no longer holds',
    example: '$ tidemark --stage prod backfill start --from 2026-10-01 --to 2026-10-08',
    commands: {
      start: {
        summary: 'count a range again from the archive, and switch where something differs',
        load: async () => erased((await import('./commands/backfill/start.ts')).startBackfillCommand),
      },
    },
  },
  prune: {
    summary: 'export what is older than its retention to S3, and delete it; bring it back',
    load: async () => erased((await import('./commands/prune/prune.ts')).pruneCommand),
    commands: {
      status: {
        summary: 'show a prune or a restore and how it ended, or follow it',
        load: async () => erased((await import('./commands/prune/status.ts')).pruneStatusCommand),
      },
      list: {
        summary: 'list the prunes and restores',
        load: async () => erased((await import('./commands/prune/list.ts')).listPrunesCommand),
      },
      cancel: {
        summary: 'end a prune or a restore',
        load: async () => erased((await import('./commands/prune/cancel.ts')).cancelPruneCommand),
      },
      restore: {
        summary: 'bring back for readers what was pruned',
        load: async () => erased((await import('./commands/prune/restore.ts')).restoreCommand),
      },
    },
  },
  incidents: {
    summary: 'show alarms that turned on and whom they were told to; answer them, silence them',
    example: '$ tidemark --stage prod incidents acknowledge 20261120T091000Z-0a1b2c3d',
    commands: {
      list: {
        summary: 'list the incidents, those that are open first',
        load: async () => erased((await import('./commands/incidents/list.ts')).listIncidentsCommand),
      },
      show: {
        summary: 'show one incident: what it is, and what was sent to whom and when',
        load: async () => erased((await import('./commands/incidents/show.ts')).showIncidentCommand),
      },
      acknowledge: {
        summary: 'take an incident on, so that nobody else is told',
        load: async () => erased((await import('./commands/incidents/acknowledge.ts')).acknowledgeCommand),
      },
      resolve: {
        summary: 'say that an incident is over, whatever its alarm does',
        load: async () => erased((await import('./commands/incidents/resolve.ts')).resolveCommand),
      },
      silence: {
        summary: 'let alarms tell nobody for a time',
        load: async () => erased((await import('./commands/incidents/silence.ts')).silenceCommand),
        commands: {
          list: {
            summary: 'list the silences that hold or are to come',
            load: async () => erased((await import('./commands/incidents/silence-list.ts')).listSilencesCommand),
          },
          end: {
            summary: 'end a silence before its time',
            load: async () => erased((await import('./commands/incidents/silence-end.ts')).endSilenceCommand),
          },
        },
      },
      simulate: {
        summary: 'print who would be told of an alarm when, without telling anyone',
        load: async () => erased((await import('./commands/incidents/simulate.ts')).simulateCommand),
      },
    },
  },
  inbox: {
    summary: 'show what a local engine would have sent to people',
    load: async () => erased((await import('./commands/inbox/list.ts')).listInboxCommand),
    commands: {
      list: {
        summary: 'list the messages, or follow them',
        load: async () => erased((await import('./commands/inbox/list.ts')).listInboxCommand),
      },
      show: {
        summary: 'show one message whole',
        load: async () => erased((await import('./commands/inbox/show.ts')).showInboxCommand),
      },
    },
  },
  quarantine: {
    summary: 'show what was set aside, and put it on the stream anew',
    example: '$ tidemark --local quarantine list --since 2d',
    commands: {
      list: {
        summary: 'list what was set aside, and why',
        load: async () => erased((await import('./commands/quarantine/list.ts')).listQuarantineCommand),
      },
      show: {
        summary: 'show one object of it',
        load: async () => erased((await import('./commands/quarantine/show.ts')).showQuarantineCommand),
      },
      resubmit: {
        summary: 'put it on the stream anew, each event once',
        load: async () => erased((await import('./commands/quarantine/resubmit.ts')).resubmitQuarantineCommand),
      },
    },
  },
};

/** The options of a command are what its own `define` made commander parse: the one place where that is taken on trust. */
function erased<Options>(command: TidemarkCommand<Options>): AnyCommand {
  return command as unknown as AnyCommand;
}
