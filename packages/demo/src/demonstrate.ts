import { exitCodes } from '@tidemark/ops-cli/failure';
import { type DemoResult, isExact, runDemo } from './demo.ts';
import { startDemoEngine } from './engine.ts';
import { checkPaths, type DemoCommandOptions } from './options.ts';
import { renderReport, reportJson } from './report.ts';
import { type Screen, screenOn } from './screen.ts';
import { renderLine, renderMoment } from './view.ts';

export interface Surroundings {
  readonly out: NodeJS.WriteStream;
  readonly error: NodeJS.WriteStream;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Ends the run early. Whatever was started is stopped all the same. */
  readonly signal: AbortSignal;
}

/** Starts an engine, runs the demo on it, shows what happens and says what it came to. Returns the exit code. */
export async function demonstrate(options: DemoCommandOptions, surroundings: Surroundings): Promise<number> {
  const { out, error, signal } = surroundings;
  await checkPaths(options);
  // With --json, standard output belongs to the one object alone.
  const screen = screenOn(options.json ? error : out);
  const result = await onEngine(options, surroundings, screen);
  signal.throwIfAborted();
  screen.say(renderReport(result, options, screen));
  if (options.json) out.write(`${JSON.stringify(reportJson(result))}\n`);
  return isExact(result) ? exitCodes.fine : exitCodes.failed;
}

const troublesMax = 20;

async function onEngine(options: DemoCommandOptions, surroundings: Surroundings, screen: Screen): Promise<DemoResult> {
  const { error, environment, signal } = surroundings;
  const starting = (step: string): string => `Starting the local engine: ${step} ...`;
  const told = new Set<string>();
  const engine = await startDemoEngine({
    assembly: options.assembly,
    environment,
    signal,
    onProgress: (step) =>
      screen.show(
        () => starting(step),
        () => `${starting(step)}\n`,
      ),
    onTrouble: (trouble) => {
      // A batch that keeps failing says the same again and again.
      if (told.size < troublesMax && !told.has(trouble) && !signal.aborted) error.write(`${trouble}\n`);
      told.add(trouble);
    },
  });
  try {
    signal.throwIfAborted();
    let title = '';
    return await runDemo(engine, options, {
      signal,
      onStarted: ({ name, stream }) => {
        title = `Tidemark, stage ${engine.stage}: source ${name}\non a local engine at ${engine.endpoint}`;
        if (!screen.live) screen.say(`${title.replace('\n', ' ')}, stream ${stream}\n`);
      },
      onMoment: (moment, size) =>
        screen.show(
          () => renderMoment(moment, title, size, screen.columns),
          () => renderLine(moment),
        ),
    });
  } finally {
    screen.finish();
    await engine.stop();
  }
}
