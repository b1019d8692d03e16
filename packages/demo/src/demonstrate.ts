import type { DeployedSource } from '@tidemark/core/deployment';
import { exitCodes } from '@tidemark/ops-cli/failure';
import { interruptible } from '@tidemark/ops-cli/interruptible';
import { isExact, runDemo } from './demo.ts';
import type { Demonstration, Outcome } from './demonstration.ts';
import { type DemoEngine, startDemoEngine } from './engine.ts';
import { configuration } from './incident/configuration.ts';
import { ofIncident } from './incident/demonstration.ts';
import { checkForSource, checkPaths, countingOptions, type DemoCommandOptions, pacedOptions } from './options.ts';
import { renderReport, reportJson } from './report.ts';
import { type Screen, screenOn } from './screen.ts';
import { synthesizedSource } from './sources.ts';
import { withAssembly } from './synthesize.ts';
import { renderLine, renderMoment } from './view.ts';
import { planReadings } from './windows/plan.ts';
import * as windowReport from './windows/report.ts';
import * as windows from './windows/run.ts';
import * as windowView from './windows/view.ts';

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
  // With --json, standard output belongs to the one object alone.
  const screen = screenOn(options.json ? error : out);
  const outcome = await (options.incident ? incident : comparison)(options, surroundings, screen);
  signal.throwIfAborted();
  screen.say(outcome.report(screen));
  if (options.json) out.write(`${JSON.stringify(outcome.json)}\n`);
  return outcome.isAsExpected ? exitCodes.fine : exitCodes.failed;
}

/** Of every count with what was sent. */
async function comparison(options: DemoCommandOptions, surroundings: Surroundings, screen: Screen): Promise<Outcome> {
  const { signal } = surroundings;
  await checkPaths(options);
  const source = await synthesizedSource(options.assembly, options.source);
  checkForSource(options, source);
  const demonstration =
    source.window === undefined ? ofCounters(options) : await ofWindows(options, source, screen, signal);
  signal.throwIfAborted();
  return onEngine(demonstration, options.assembly, surroundings, screen);
}

/** Runs a configuration of its own. */
function incident(_: DemoCommandOptions, surroundings: Surroundings, screen: Screen): Promise<Outcome> {
  const demonstration = ofIncident(screen);
  const run = (assembly: string) => onEngine(demonstration, assembly, surroundings, screen);
  return withAssembly(configuration, run, surroundings.signal);
}

function ofCounters(given: DemoCommandOptions): Demonstration {
  const options = countingOptions(given);
  return {
    run: async (engine, screen, signal) => {
      let title = '';
      const result = await runDemo(engine, options, {
        signal,
        onStarted: (source) => {
          title = announce(engine, source, screen);
        },
        onMoment: (moment, size) =>
          screen.show(
            () => renderMoment(moment, title, size, screen.columns),
            () => renderLine(moment),
          ),
      });
      const report = (on: Screen) => renderReport(result, options, on);
      return { isAsExpected: isExact(result), json: reportJson(result), report };
    },
  };
}

async function ofWindows(
  given: DemoCommandOptions,
  source: DeployedSource,
  screen: Screen,
  signal: AbortSignal,
): Promise<Demonstration> {
  const options = { ...pacedOptions(given), source: source.name };
  if (options.file !== undefined) {
    const reading = `Reading ${options.file === '-' ? 'standard input' : options.file} ...`;
    screen.show(
      () => reading,
      () => `${reading}\n`,
    );
  }
  // An interruption does not wait for the end of a long file.
  const plan = await interruptible(planReadings(options, source), signal).finally(() => screen.aside(() => {}));
  return {
    startMs: plan.firstMs,
    run: async (engine, screen, signal) => {
      let title = '';
      const result = await windows.runWindows(engine, options, plan, {
        signal,
        onStarted: (source) => {
          title = announce(engine, source, screen, windowView.renderPlan(plan, options.pace));
        },
        onMoment: (moment, { event, window }, nowMs) => {
          const measures = (event.measures ?? []).map((measure) => measure.name);
          const { pace } = options;
          const scene = { title, seconds: window?.seconds ?? 0, measures, pace, firstMs: plan.firstMs, nowMs };
          screen.show(
            () => windowView.renderMoment(moment, scene, screen.columns),
            () => windowView.renderLine(moment, scene),
          );
        },
      });
      const report = (on: Screen) => windowReport.renderReport(result, options, on);
      return { isAsExpected: windows.isExact(result), json: windowReport.reportJson(result), report };
    },
  };
}

/** Says what is about to happen, where no picture says it; returns its title. `more` is a line of it. */
function announce(
  { stage, endpoint }: DemoEngine,
  { name, stream }: DeployedSource,
  screen: Screen,
  ...more: readonly string[]
): string {
  const [what, where] = [`Tidemark, stage ${stage}: source ${name}`, `on a local engine at ${endpoint}`];
  if (!screen.live) screen.say([`${what} ${where}, stream ${stream}`, ...more, ''].join('\n'));
  return [what, where, ...more].join('\n');
}

const troublesMax = 20;

async function onEngine(
  { startMs, evaluateAlarms, run }: Demonstration,
  assembly: string,
  { error, environment, signal }: Surroundings,
  screen: Screen,
): Promise<Outcome> {
  const starting = (step: string): string => `Starting the local engine: ${step} ...`;
  const told = new Set<string>();
  const engine = await startDemoEngine({
    ...{ assembly, environment, signal, ...(startMs === undefined ? {} : { startMs }) },
    ...(evaluateAlarms === undefined ? {} : { evaluateAlarms }),
    onProgress: (step) =>
      screen.show(
        () => starting(step),
        () => `${starting(step)}\n`,
      ),
    onTrouble: (trouble) => {
      // A batch that keeps failing says the same again and again.
      if (told.size < troublesMax && !told.has(trouble) && !signal.aborted)
        screen.aside(() => error.write(`${trouble}\n`));
      told.add(trouble);
    },
  });
  try {
    signal.throwIfAborted();
    return await run(engine, screen, signal);
  } finally {
    screen.finish();
    await engine.stop();
  }
}
