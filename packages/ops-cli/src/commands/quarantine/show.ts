import type { DeployedSource } from '@tidemark/core/deployment';
import type { Command } from 'commander';
import type { Context, TidemarkCommand } from '../../command.ts';
import { exitCodes, Failure } from '../../failure.ts';
import { type QuarantineClients, withQuarantine } from '../../quarantine/clients.ts';
import { readQuarantined } from '../../quarantine/entries.ts';
import { givenUpRemedies, readGivenUp } from '../../quarantine/given-up.ts';
import { givenUpJson } from '../../quarantine/json.ts';
import { Markers } from '../../quarantine/marker.ts';
import { fullKey, givenUpPrefix, type SetAsidePart, shortKey } from '../../quarantine/object.ts';
import { partRemedy } from '../../quarantine/plan.ts';
import { recordText } from '../../quarantine/record-text.ts';
import { showText } from '../../quarantine/show-text.ts';
import { type Shown, shownJson, shownOf } from '../../quarantine/shown.ts';
import { readTodayFacts } from '../../quarantine/today.ts';
import { printable } from '../../render.ts';
import { chooseSource, type Target } from '../../target.ts';

interface ShowOptions {
  readonly source?: string;
  readonly raw?: boolean;
}

export const showQuarantineCommand: TidemarkCommand<ShowOptions> = {
  define: (command: Command) =>
    command
      .description(
        'Show one object of the quarantine: why it was set aside and which field is wrong, the record as text, where it stood on the stream, and what would become of it today.',
      )
      .argument('<key>', 'its key, as list shows it')
      .option('--source <name>', 'the source whose quarantine it is in (default: the first)')
      .option(
        '--raw',
        'only the record, whole: its text where it is text, otherwise base64. On a terminal control characters are escaped',
      )
      .addHelpText(
        'after',
        '\nExample:\n  $ tidemark --local quarantine show 2026-11-02/shardId-000000000003/4968-0.json',
      ),

  run: async (options, [name = ''], context) => {
    const target = await context.target();
    const source = chooseSource(target, options.source);
    const key = fullKey(source.name, name);
    return withQuarantine(target.client, async (clients) => {
      if (key.startsWith(givenUpPrefix)) return showGivenUp(clients, source, key, context);
      const held = await readQuarantined(clients.objects, source, key);
      if (held === undefined)
        throw new Failure(`There is no object ${printable(key)} in ${source.bucket}; list shows what there is.`);
      if (held.kind === 'foreign')
        throw new Failure(`${printable(key)} is not what Tidemark sets aside: ${printable(held.detail)}`);
      if (held.kind === 'part') return showPart(key, held.body, context);
      if (options.raw === true) return showRaw(Buffer.from(held.body.data, 'base64'), context);
      const object = shortKey(source.name, key);
      const marker = await markerOf(target, source, object);
      const facts = await readTodayFacts(clients.tables, source, await target.nowMs());
      const shown = shownOf(key, object, held.body, marker, source, facts);
      if (shown === undefined) throw new Failure(`${printable(key)} names events that its record does not have.`);
      return show(shown, context);
    });
  },
};

async function markerOf({ client }: Target, source: DeployedSource, object: string) {
  const markers = new Markers(client, source, '');
  try {
    return await markers.read(object);
  } finally {
    markers.close();
  }
}

function show(shown: Shown, { terminal, json }: Context): number {
  terminal.write(json ? `${JSON.stringify(shownJson(shown))}\n` : showText(shown));
  return exitCodes.fine;
}

function showRaw(record: Uint8Array, { terminal }: Context): number {
  const { text, form } = recordText(record);
  if (text === undefined || form !== 'plain') terminal.write(`${Buffer.from(record).toString('base64')}\n`);
  else if (!terminal.interactive) terminal.write(text);
  else
    terminal.write(
      `${text
        .split('\n')
        .map((line) => printable(line))
        .join('\n')}\n`,
    );
  return exitCodes.fine;
}

function showPart(key: string, body: SetAsidePart, { terminal, json }: Context): number {
  if (json) terminal.write(`${JSON.stringify({ kind: 'part', key, ...body })}\n`);
  else {
    const part = JSON.stringify(body.part, undefined, 2).split('\n');
    const shown = part.map((line) => `  ${printable(line)}\n`).join('');
    terminal.write(
      `${printable(key)}\nA part of a window, or of its ledger, that was past mending: ${printable(body.detail)}.\nIt is ${partRemedy}.\n\n${shown}`,
    );
  }
  return exitCodes.fine;
}

async function showGivenUp(
  { objects }: QuarantineClients,
  source: DeployedSource,
  key: string,
  { terminal, json }: Context,
): Promise<number> {
  const batch = await readGivenUp(objects, source, key, 0);
  if (batch === undefined)
    throw new Failure(`${printable(key)} is no batch that Lambda gave up on of source ${source.name}.`);
  if (json) terminal.write(`${JSON.stringify(givenUpJson(batch))}\n`);
  else {
    const { records, function: name, condition, shardId, firstSequenceNumber, lastSequenceNumber } = batch;
    terminal.write(
      `${printable(key)}\n${records} records that Lambda gave up on calling ${name} with (${printable(condition)}): ${shardId}, ${firstSequenceNumber} to ${lastSequenceNumber}, arrived from ${batch.firstArrival} to ${batch.lastArrival}.\nThey are ${givenUpRemedies[batch.work]}.\n`,
    );
  }
  return exitCodes.fine;
}
