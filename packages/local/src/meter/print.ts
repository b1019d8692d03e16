import type { MeterSnapshot } from './meter.ts';

/** The meter as tables for people. */
export function printMeter({ calls, functions, stateMachines, pipes, schedules }: MeterSnapshot): string {
  const callTable = table(
    ['service', 'operation', 'caller', 'calls', 'failed', 'read units', 'write units', 'bytes in', 'bytes out'],
    calls.map((row) => [
      ...[row.service, row.operation, row.caller, row.calls, row.failed],
      ...[row.readUnits, row.writeUnits, row.requestBytes, row.responseBytes],
    ]),
  );
  const functionTable = table(
    ['function', 'invocations', 'errors', 'billed ms', 'GB-seconds'],
    functions.map((row) => [row.functionName, row.invocations, row.errors, row.billedMs, row.gbSeconds.toFixed(3)]),
  );
  const stateMachineTable = table(
    ['state machine', 'transitions'],
    stateMachines.map((row) => [row.stateMachineName, row.transitions]),
  );
  const pipeTable = table(
    ['pipe', 'batches', 'bytes', 'requests'],
    pipes.map((row) => [row.pipeName, row.batches, row.bytes, row.requests]),
  );
  const scheduleTable = table(
    ['schedule', 'invocations', 'bytes'],
    schedules.map((row) => [`${row.groupName}/${row.scheduleName}`, row.invocations, row.bytes]),
  );
  const tables = [
    ...[callTable, functionTable],
    ...(stateMachines.length > 0 ? [stateMachineTable] : []),
    ...(pipes.length > 0 ? [pipeTable] : []),
    ...(schedules.length > 0 ? [scheduleTable] : []),
  ];
  return `${tables.join('\n\n')}\n`;
}

function table(header: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const lines = [header, ...rows.map((row) => row.map(String))];
  const widths = header.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  // Words stand left, figures right.
  const isFigure = header.map(
    (_, column) => rows.length > 0 && rows.every((row) => !Number.isNaN(Number(row[column]))),
  );
  const cell = (text: string, column: number) =>
    isFigure[column] ? text.padStart(widths[column] ?? 0) : text.padEnd(widths[column] ?? 0);
  return lines.map((line) => line.map(cell).join('  ').trimEnd()).join('\n');
}
