import type { OpenToken, TaskTokens } from '../../states/task-tokens.ts';

/** Which state machine's task waits for a token: permissions to send one are given for the machine. */
export class TokenOwners {
  readonly #tokens: TaskTokens;
  readonly #owners = new Map<string, string>();

  constructor(tokens: TaskTokens) {
    this.#tokens = tokens;
  }

  /** Opens tokens for tasks of the machine. */
  of(stateMachineArn: string): Pick<TaskTokens, 'open'> {
    return {
      open: (): OpenToken => {
        const opened = this.#tokens.open();
        this.#owners.set(opened.token, stateMachineArn);
        const close = () => {
          this.#owners.delete(opened.token);
          opened.close();
        };
        return { ...opened, close };
      },
    };
  }

  /** The machine's ARN; undefined for a token that no task waits for. */
  find(taskToken: string): string | undefined {
    return this.#owners.get(taskToken);
  }
}
