import { expect, test } from 'vitest';
import { Failure } from './failure.ts';
import { runUnattended } from './unattended.ts';

function run(...argv: string[]) {
  return runUnattended(argv, async () => {
    throw new Failure('no stage here');
  });
}

async function help(...command: string[]): Promise<string> {
  const { exitCode, out, error } = await run(...command, '--help');
  expect([exitCode, error]).toEqual([0, '']);
  return out;
}

/** Without the options of the program itself. */
async function ownHelp(...command: string[]): Promise<string> {
  return (await help(...command)).replace(/Global Options:[\s\S]*?\n\n/, '');
}

test('help', async () => {
  expect(await help()).toMatchInlineSnapshot(`
    "Usage: tidemark [options] [command]

    Operate Tidemark: event counts and windows from Kinesis, in DynamoDB and CloudWatch.

    Options:
      --local           reach the engine that runs on this machine instead of AWS
      --stage <name>    the stage: stack Tidemark-<name> (default: dev)
      --region <name>   AWS region (default: as the AWS CLI finds it)
      --profile <name>  AWS profile (default: as the AWS CLI finds it)
      --json            print one JSON document instead of text
      -h, --help        display help for command

    Commands:
      produce           put events on a stream, from a file or from the generator
      counters          show or export what was counted
      windows           show or export what windows of arrival time added up
      export            write totals to a file for a spreadsheet, Redshift or Athena
      status            show how far counting is and what is wrong
      replay            count again from the stream, compare, and switch to what is right
      backfill          count again from the archive what the stream no longer holds
      prune             export what is older than its retention to S3, and delete it; bring it back
      incidents         show alarms that turned on and whom they were told to; answer them, silence them
      inbox             show what a local engine would have sent to people
      quarantine        show what was set aside, and put it on the stream anew
      help [command]    display help for command

    Example:
      $ tidemark --local counters "page view" --bucket 1h --from 24h

    Exit codes: 0 all is well, 1 failed or something is wrong, 2 called wrongly,
    3 a verification found differences, 130 interrupted.
    "
  `);
});

test('help of produce', async () => {
  expect(await help('produce')).toMatchInlineSnapshot(`
    "Usage: tidemark produce [options]

    Put events on a stream: every line of a file as it is, good event or not, or events from the seeded
    generator: web-like ones, or readings of unicorns where the source has measures. A record that the
    stream refuses is sent again.

    Options:
      --file <path>            JSON lines to send, one event a line; - for standard input; blank lines
                               are skipped
      --events <n>             how many events to generate (default: 10000)
      --seed <n>               seed of the generator (default: 1)
      --source <name>          the source to send to (default: the first)
      --rebase                 shift the times of a file by whole days, so that the newest lies in the
                               last 24 hours
      --speed <events>         events a second at most (default: as fast as the stream takes them)
      --partition-key <field>  field of a file's events to take as partition key (default: a digest of
                               the line)
      -h, --help               display help for command

    Global Options:
      --local                  reach the engine that runs on this machine instead of AWS
      --stage <name>           the stage: stack Tidemark-<name> (default: dev)
      --region <name>          AWS region (default: as the AWS CLI finds it)
      --profile <name>         AWS profile (default: as the AWS CLI finds it)
      --json                   print one JSON document instead of text

    Examples:
      $ tidemark --local produce --events 50000 --seed 7
      $ tidemark --local produce --source rides --speed 5
      $ tidemark --stage prod produce --file events.jsonl --rebase --speed 500
    "
  `);
});

test('help of counters', async () => {
  expect(await help('counters')).toMatchInlineSnapshot(`
    "Usage: tidemark counters [options] [name]

    Show what was counted: a line a series with a sparkline, or every bucket of the one named. Names and
    times are those of the events, times in UTC.

    Arguments:
      name               the event whose series to show (default: every series, and $other)

    Options:
      --bucket <size>    bucket size (default: 1h, or the smallest there is) (choices: "1m", "5m",
                         "15m", "1h", "1d")
      --from <time>      buckets that start at or after this: 2026-11-02, 2026-11-02T09:00:00Z, or 6h,
                         2d ago
      --to <time>        buckets that start before this
      --source <name>    the source to read (default: the first that has buckets)
      --format <format>  how to print (default: table) (choices: "table", "csv", "json")
      -h, --help         display help for command

    Global Options:
      --local            reach the engine that runs on this machine instead of AWS
      --stage <name>     the stage: stack Tidemark-<name> (default: dev)
      --region <name>    AWS region (default: as the AWS CLI finds it)
      --profile <name>   AWS profile (default: as the AWS CLI finds it)
      --json             print one JSON document instead of text

    Examples:
      $ tidemark --local counters
      $ tidemark --local counters "page view" --bucket 1m --from 6h
      $ tidemark --stage prod counters --bucket 1h --format csv > hours.csv
    "
  `);
});

test('help of windows', async () => {
  expect(await help('windows')).toMatchInlineSnapshot(`
    "Usage: tidemark windows [options] [name]

    Show what the windows of arrival time added up: a line a name with a sparkline, or every window of
    the one named. A window holds what arrived on the stream in it, times in UTC.

    Arguments:
      name               the name whose windows to show (default: every name, and $other)

    Options:
      --from <time>      windows that start at or after this: 2026-11-02, 2026-11-02T09:00:00Z, or 30s,
                         90m, 6h, 2d ago
      --to <time>        windows that start before this
      --source <name>    the source to read (default: the first that has a window)
      --format <format>  how to print (default: table) (choices: "table", "csv", "json")
      -h, --help         display help for command

    Global Options:
      --local            reach the engine that runs on this machine instead of AWS
      --stage <name>     the stage: stack Tidemark-<name> (default: dev)
      --region <name>    AWS region (default: as the AWS CLI finds it)
      --profile <name>   AWS profile (default: as the AWS CLI finds it)
      --json             print one JSON document instead of text

    Examples:
      $ tidemark --local windows
      $ tidemark --local windows Shadowfax --from 90m
      $ tidemark --stage prod windows --format csv > windows.csv
    "
  `);
});

test('help of export', async () => {
  expect(await ownHelp('export')).toMatchInlineSnapshot(`
    "Usage: tidemark export [options]

    Write totals for a spreadsheet, Redshift or Athena: the events of every bucket, or what windows
    added up, a row each, by name and then by time. Nothing is deleted. A file is there when it is
    whole.

    Options:
      --from <time>       buckets or windows that start at or after this: 2026-11-02, 2026-11-02T09:00Z,
                          or 6h, 2d ago
      --to <time>         those that start before this
      --bucket <size>     bucket size, or window (default: 1h, or the smallest there is) (choices: "1m",
                          "5m", "15m", "1h", "1d", "window")
      --series <name...>  these series alone (default: every one, and $other)
      --source <name>     the source to read (default: the first that has what is asked for)
      --format <format>   how to write (default: as the file is called, or csv) (choices: "csv",
                          "jsonl", "parquet")
      --output <file>     the file to write (default: standard output; parquet needs a file)
      --yes               replace the file if it is there
      -h, --help          display help for command

    Examples:
      $ tidemark --local export --output hours.csv
      $ tidemark --stage prod export --from 2026-10-01 --to 2026-11-01 --bucket 1m --output october.parquet
      $ tidemark --stage prod export --bucket window --series Shadowfax Calliope --format jsonl | gzip > rides.jsonl.gz
    "
  `);
});

test('help of status', async () => {
  expect(await help('status')).toMatchInlineSnapshot(`
    "Usage: tidemark status [options]

    Show, for every source and shard, how far counting and windows are, what became of the events, and
    what is wrong. Exit code 0 when all is well, 1 when something is wrong.

    Options:
      --source <name>   only this source (default: every source)
      -h, --help        display help for command

    Global Options:
      --local           reach the engine that runs on this machine instead of AWS
      --stage <name>    the stage: stack Tidemark-<name> (default: dev)
      --region <name>   AWS region (default: as the AWS CLI finds it)
      --profile <name>  AWS profile (default: as the AWS CLI finds it)
      --json            print one JSON document instead of text

    Examples:
      $ tidemark --local status
      $ tidemark --stage prod status --json | jq ".sources[].problems"
    "
  `);
});

test('help of replay and of its commands', async () => {
  expect(await help('replay')).toMatchInlineSnapshot(`
    "Usage: tidemark replay [options] [command]

    Count again from the stream, compare, and switch to what is right.

    Options:
      -h, --help        display help for command

    Global Options:
      --local           reach the engine that runs on this machine instead of AWS
      --stage <name>    the stage: stack Tidemark-<name> (default: dev)
      --region <name>   AWS region (default: as the AWS CLI finds it)
      --profile <name>  AWS profile (default: as the AWS CLI finds it)
      --json            print one JSON document instead of text

    Commands:
      start             count again beside what people read, and switch where something differs
      status            show a run and how it ended, or follow it
      list              list the runs: replays, verifications, backfills and undos
      cancel            end a run that has not switched
      undo              give back what a run replaced
      help [command]    display help for command

    Example:
      $ tidemark --local replay start --from trim-horizon --verify
    "
  `);
  expect(await help('replay', 'start')).toMatchInlineSnapshot(`
    "Usage: tidemark replay start [options]

    Count again, from the records that the stream still holds, beside the counts that people read;
    compare the two; and switch where something differs. Shows first what it comes to, and asks.

    Options:
      --from <time>     the first bucket to recount: 2026-11-19, 2026-11-19T00:00Z, or 6h, 2d ago;
                        trim-horizon for all that the stream holds
      --source <name>   the source to count again (default: the first)
      --reason <text>   why, for whoever looks at the run later
      --verify          compare and change nothing; asks nothing
      --force           switch although nothing differs
      --detach          start it and do not follow it
      --yes             do not ask
      -h, --help        display help for command

    Global Options:
      --local           reach the engine that runs on this machine instead of AWS
      --stage <name>    the stage: stack Tidemark-<name> (default: dev)
      --region <name>   AWS region (default: as the AWS CLI finds it)
      --profile <name>  AWS profile (default: as the AWS CLI finds it)
      --json            print one JSON document instead of text

    Examples:
      $ tidemark --local replay start --from trim-horizon --verify
      $ tidemark --stage prod replay start --from 2026-11-19T00:00Z --source web --reason "lost batches"

    Exit codes: 0 all is well, 1 it failed or was not started, 3 --verify found differences,
    130 left going with Ctrl-C.
    "
  `);
  expect(await ownHelp('replay', 'status')).toMatchInlineSnapshot(`
    "Usage: tidemark replay status [options] [run]

    Show a run: how far it is, or how it ended and what it found. Without RUN: the one that goes on, or
    the newest.

    Arguments:
      run               the id of a run, as replay list shows it

    Options:
      --follow          stay until it has ended; Ctrl-C leaves it going
      --differences     print everything that differs or could not be decided, one a line
      --source <name>   the source to look in (default: every source)
      -h, --help        display help for command

    Examples:
      $ tidemark --local replay status --follow
      $ tidemark --stage prod replay status 20261120T091500Z-0a1b2c3d --differences --json | jq .name

    Exit codes: 0 it goes on or ended well, 1 it failed or was cancelled,
    3 a verification found differences.
    "
  `);
  expect(await ownHelp('replay', 'list')).toMatchInlineSnapshot(`
    "Usage: tidemark replay list [options]

    List the runs, the newest first: replays, verifications, backfills and undos. They are kept for
    ever.

    Options:
      --source <name>   only those of this source (default: every source)
      --limit <n>       how many at most (default: 20)
      -h, --help        display help for command

    Examples:
      $ tidemark --local replay list
      $ tidemark --stage prod replay list --source web --json | jq ".runs[].outcome"
    "
  `);
  expect(await ownHelp('replay', 'cancel')).toMatchInlineSnapshot(`
    "Usage: tidemark replay cancel [options] <run>

    End a run that has not switched. Counting goes on, its pipe is removed, and the counts stay as they
    are. Asks first.

    Arguments:
      run               the id of the run

    Options:
      --source <name>   the source of the run (default: whichever has it)
      --yes             do not ask
      -h, --help        display help for command

    Example:
      $ tidemark --stage prod replay cancel 20261120T091500Z-0a1b2c3d
    "
  `);
  expect(await ownHelp('replay', 'undo')).toMatchInlineSnapshot(`
    "Usage: tidemark replay undo [options] <run>

    Give back what a replay or backfill replaced, for every bucket into which nothing was counted since.
    The others stay, and are listed with the reason. Counting is held for some minutes. Asks first.

    Arguments:
      run               the id of a run that has switched

    Options:
      --source <name>   the source of the run (default: whichever has it)
      --reason <text>   why, for whoever looks at the run later
      --detach          start it and do not follow it
      --yes             do not ask
      -h, --help        display help for command

    Example:
      $ tidemark --stage prod replay undo 20261120T091500Z-0a1b2c3d
    "
  `);
});

test('help of backfill', async () => {
  expect(await ownHelp('backfill', 'start')).toMatchInlineSnapshot(`
    "Usage: tidemark backfill start [options]

    Count a range again from the archive, which holds what the stream has lost, and what is not archived
    yet from the stream; compare, and switch where something differs. Shows first what it comes to, and
    asks.

    Options:
      --from <time>     the first bucket to recount: 2026-10-01, 2026-10-01T09:00Z, or 6h, 2d ago
      --to <time>       buckets that start before this
      --source <name>   the source to count again (default: the first that has an archive)
      --reason <text>   why, for whoever looks at the run later
      --verify          compare and change nothing; asks nothing
      --force           switch although nothing differs
      --detach          start it and do not follow it
      --yes             do not ask
      -h, --help        display help for command

    Examples:
      $ tidemark --local backfill start --from 2d --to 1d --verify
      $ tidemark --stage prod backfill start --from 2026-10-01 --to 2026-10-08 --source web

    The run is shown, followed, cancelled and undone with tidemark replay status, list, cancel and undo.
    Exit codes: 0 all is well, 1 it failed or was not started, 3 --verify found differences,
    130 left going with Ctrl-C.
    "
  `);
});

test('help of prune, which is a command by itself, and of its commands', async () => {
  expect(await help('prune')).toMatchInlineSnapshot(`
    "Usage: tidemark prune [options] [command]

    Export to S3 what is older than its retention, by whole days of UTC, and delete it from the table.
    Shows first what that comes to, and asks. What was true comes back with prune restore; what no
    replay reads or gives back any more goes for good.

    Options:
      --older-than <age>  what is older than this, such as 90d or 12w (default: than its retention)
      --source <name>     the source to prune (default: the first that has a retention)
      --bucket <size>     only this size: 1m, 5m, 15m, 1h, 1d or window; may be given several times
      --dry-run           only show what it comes to; changes nothing, asks nothing
      --reason <text>     why, for whoever looks at the run later
      --detach            start it and do not follow it
      --yes               do not ask
      -h, --help          display help for command

    Global Options:
      --local             reach the engine that runs on this machine instead of AWS
      --stage <name>      the stage: stack Tidemark-<name> (default: dev)
      --region <name>     AWS region (default: as the AWS CLI finds it)
      --profile <name>    AWS profile (default: as the AWS CLI finds it)
      --json              print one JSON document instead of text

    Commands:
      status              show a prune or a restore and how it ended, or follow it
      list                list the prunes and restores
      cancel              end a prune or a restore
      restore             bring back for readers what was pruned
      help [command]      display help for command

    Examples:
      $ tidemark --local prune --older-than 90d --dry-run
      $ tidemark --stage prod prune --source web --older-than 2w --bucket 1m --bucket 5m
      $ tidemark --stage prod prune restore --from 2026-08-01 --to 2026-08-08

    Exit codes: 0 all is well, 1 it failed or was not started, 130 left going with Ctrl-C.
    "
  `);
  expect(await ownHelp('prune', 'status')).toMatchInlineSnapshot(`
    "Usage: tidemark prune status [options] [run]

    Show a prune or a restore: how far it is, or how it ended and what it did. Without RUN: the one that
    goes on, or the newest.

    Arguments:
      run               the id of a run, as prune list shows it

    Options:
      --follow          stay until it has ended; Ctrl-C leaves it going
      --source <name>   the source to look in (default: every source)
      -h, --help        display help for command

    Examples:
      $ tidemark --local prune status --follow
      $ tidemark --stage prod prune status 20261120T033000Z-0a1b2c3d --json | jq .pruned

    Exit codes: 0 it goes on or ended well, 1 it failed or was cancelled.
    "
  `);
  expect(await ownHelp('prune', 'list')).toMatchInlineSnapshot(`
    "Usage: tidemark prune list [options]

    List the prunes and restores, by hand and nightly, the newest first. They are kept for ever.

    Options:
      --source <name>   only those of this source (default: every source)
      --limit <n>       how many at most (default: 20)
      -h, --help        display help for command

    Examples:
      $ tidemark --local prune list
      $ tidemark --stage prod prune list --source web --json | jq ".runs[].outcome"
    "
  `);
  expect(await ownHelp('prune', 'cancel')).toMatchInlineSnapshot(`
    "Usage: tidemark prune cancel [options] <run>

    End a prune or a restore. What it has deleted is in its exports, and what it has brought back is
    there; the floor of a prune stays where it is. The next one goes on from there. Asks first.

    Arguments:
      run               the id of the run

    Options:
      --source <name>   the source of the run (default: whichever has it)
      --yes             do not ask
      -h, --help        display help for command

    Example:
      $ tidemark --stage prod prune cancel 20261120T033000Z-0a1b2c3d
    "
  `);
  expect(await ownHelp('prune', 'restore')).toMatchInlineSnapshot(`
    "Usage: tidemark prune restore [options]

    Bring back what was pruned, from its exports: readers see it again, for a time. The floors stay, so
    that it takes no new events. What still lives in the table stays as it is. Shows first what exports
    there are, and asks.

    Options:
      --from <time>     buckets and windows that start at or after this: 2026-08-01, 2026-08-01T09:00Z,
                        or 120d ago
      --to <time>       and before this
      --source <name>   the source to restore (default: the first)
      --bucket <size>   only this size: 1m, 5m, 15m, 1h, 1d or window; may be given several times
      --for <age>       how long to keep it at least, such as 3d or 2w (default: 7d)
      --reason <text>   why, for whoever looks at the run later
      --detach          start it and do not follow it
      --yes             do not ask
      -h, --help        display help for command

    Examples:
      $ tidemark --local prune restore --from 2026-08-01 --to 2026-08-08
      $ tidemark --stage prod prune restore --from 2026-08-01T09:00 --to 2026-08-01T12:00 --for 2w

    Exit codes: 0 all is well, 1 it failed or was not started, 130 left going with Ctrl-C.
    "
  `);
  // Its own options are none of its commands'.
  expect(await help('prune', 'list')).not.toContain('--older-than');
  expect((await run('prune', 'help', 'restore')).out).toBe(await help('prune', 'restore'));
});

const prunedRun = '20261120T033000Z-0a1b2c3d';

test.each([
  ['a word that is no command', ['statsu'], "error: unknown command 'statsu'"],
  ['an option before a command', ['--yes', 'cancel', prunedRun], "error: --yes stands before 'cancel'"],
  ['hours', ['--older-than', '36h'], 'Expected whole days or weeks such as 90d or 12w'],
  ['no time at all', ['--older-than', '0d'], 'Expected whole days or weeks such as 90d or 12w'],
  ['a size that there is not', ['--bucket', '2m'], 'Expected one of: 1m, 5m, 15m, 1h, 1d, window.'],
  ['nobody to answer', ['--older-than', '90d'], 'say --yes'],
  ['nobody to answer', ['restore', '--from', '9d', '--to', '8d'], 'say --yes'],
  ['nobody to answer', ['cancel', prunedRun], 'say --yes'],
  ['a range without an end', ['restore', '--from', '2026-08-01T09:00'], "option '--to <time>' not specified"],
  ['what is no run', ['status', 'latest'], 'Expected the id of a run'],
])('prune is called wrongly: %s', async (_, argv, said) => {
  const { exitCode, out, error } = await run('prune', ...argv);
  expect([exitCode, out]).toEqual([2, '']);
  expect(error).toContain(said);
});

test.each([
  [['--dry-run']],
  [['--older-than', '2w', '--bucket', '1m', '--bucket', 'window', '--source', 'web', '--yes']],
  [['status', '--source', 'web', '--follow']],
  [['list', '--limit', '3']],
  [['cancel', prunedRun, '--yes']],
  [['restore', '--from', '2026-08-01T09:00', '--to', '2026-08-01 12:00:30+02:00', '--for', '2w', '--yes']],
])('prune is called rightly: %j', async (argv) => {
  expect(await run('prune', ...argv)).toEqual({ exitCode: 1, out: '', error: 'no stage here\n' });
});

test('options of the program stand anywhere, also where a value looks like a command', async () => {
  const found: unknown[] = [];
  for (const argv of [
    ['--stage', 'list', '--local', 'prune', 'list', '--source', 'web'],
    ['prune', '--local', 'list', '--stage=list', '--source', 'web'],
    ['prune', 'list', '--source', 'web', '--local', '--stage', 'list'],
  ]) {
    const { exitCode } = await runUnattended(argv, async (options) => {
      found.push(options);
      throw new Failure('no stage here');
    });
    expect(exitCode).toBe(1);
  }
  expect(found).toEqual(Array.from({ length: 3 }, () => ({ local: true, stage: 'list' })));
});

test('help of inbox, which is a command by itself, and of its commands', async () => {
  expect(await ownHelp('inbox')).toMatchInlineSnapshot(`
    "Usage: tidemark inbox [options] [command]

    List what a local engine would have sent to people: e-mail, text messages, and posts to other
    machines.

    Options:
      --channel <name>  only what went this way (choices: "email", "email-json", "sms", "http", "https")
      --to <address>    only what went to this address or number
      --limit <n>       the newest so many (default: 50)
      --follow          then show what comes until Ctrl-C; with --json one message a line
      -h, --help        display help for command

    Commands:
      list              list the messages, or follow them
      show              show one message whole
      help [command]    display help for command

    Example:
      $ tidemark --local inbox --follow
    "
  `);
  expect(await ownHelp('inbox', 'show')).toMatchInlineSnapshot(`
    "Usage: tidemark inbox show [options] <id>

    Show one message of the inbox of a local engine: who was told, when, by what, and the text whole.

    Arguments:
      id                its number, as list shows it

    Options:
      -h, --help        display help for command

    Example:
      $ tidemark --local inbox show 3
    "
  `);
});

test('help of quarantine list', async () => {
  expect(await help('quarantine', 'list')).toMatchInlineSnapshot(`
    "Usage: tidemark quarantine list [options]

    List what was set aside: a line an object, by its day and shard, with the reason, how many of its
    events were not counted, and whether they were resubmitted; and what Lambda gave up on. Totals by
    reason come last.

    Options:
      --source <name>    the source whose quarantine to list (default: the first)
      --reason <reason>  only this: a reason such as time-unreadable or too-new, part-past-mending, or
                         given-up
      --since <time>     arrivals from this on: 2026-11-02, 2026-11-02T09:00:00Z, or 6h, 2d ago
      --until <time>     arrivals before this
      --limit <n>        so many lines at most, and say how to go on
      --after <key>      what comes after this key, to go on
      -h, --help         display help for command

    Global Options:
      --local            reach the engine that runs on this machine instead of AWS
      --stage <name>     the stage: stack Tidemark-<name> (default: dev)
      --region <name>    AWS region (default: as the AWS CLI finds it)
      --profile <name>   AWS profile (default: as the AWS CLI finds it)
      --json             print one JSON document instead of text

    Examples:
      $ tidemark --local quarantine list
      $ tidemark --stage prod quarantine list --reason too-new --since 2d
      $ tidemark --stage prod quarantine list --json | jq -r ".rows[].key"
    "
  `);
});

test('help of quarantine show', async () => {
  expect(await help('quarantine', 'show')).toMatchInlineSnapshot(`
    "Usage: tidemark quarantine show [options] <key>

    Show one object of the quarantine: why it was set aside and which field is wrong, the record as
    text, where it stood on the stream, and what would become of it today.

    Arguments:
      key               its key, as list shows it

    Options:
      --source <name>   the source whose quarantine it is in (default: the first)
      --raw             only the record, whole: its text where it is text, otherwise base64. On a
                        terminal control characters are escaped
      -h, --help        display help for command

    Global Options:
      --local           reach the engine that runs on this machine instead of AWS
      --stage <name>    the stage: stack Tidemark-<name> (default: dev)
      --region <name>   AWS region (default: as the AWS CLI finds it)
      --profile <name>  AWS profile (default: as the AWS CLI finds it)
      --json            print one JSON document instead of text

    Example:
      $ tidemark --local quarantine show 2026-11-02/shardId-000000000003/4968-0.json
    "
  `);
});

test('help of quarantine resubmit', async () => {
  expect(await help('quarantine', 'resubmit')).toMatchInlineSnapshot(`
    "Usage: tidemark quarantine resubmit [options] [keys...]

    Put on the stream anew what was set aside, once its cause is mended: each event once, however often
    this is called, also after it was killed, also twice at once. What would be set aside again is
    refused, and so is what was counted. Asks first.

    Arguments:
      keys               the keys of objects, as list shows them

    Options:
      --reason <reason>  every record that was set aside for this reason
      --all              every record
      --since <time>     with --reason or --all: arrivals from this on
      --until <time>     with --reason or --all: arrivals before this
      --source <name>    the source (default: the first)
      --dry-run          only say what would be done
      --force            also what would be set aside again; and of keys that are named, also what may
                         have been put by a command that did not end
      --yes              do not ask
      -h, --help         display help for command

    Global Options:
      --local            reach the engine that runs on this machine instead of AWS
      --stage <name>     the stage: stack Tidemark-<name> (default: dev)
      --region <name>    AWS region (default: as the AWS CLI finds it)
      --profile <name>   AWS profile (default: as the AWS CLI finds it)
      --json             print one JSON document instead of text

    Examples:
      $ tidemark --stage prod quarantine resubmit --reason time-unreadable --dry-run
      $ tidemark --stage prod quarantine resubmit --reason time-unreadable --since 2d
      $ tidemark --local quarantine resubmit 2026-11-02/shardId-000000000003/4968-0.json --yes
    "
  `);
});

test.each([
  [['prodce'], /Did you mean produce/],
  [['produce', '--events', '0'], /Expected a whole number/],
  [['produce', '--events', '5', '--file', 'x'], /cannot be used with option '--file <path>'/],
  [['produce', '--rebase'], /--rebase shifts the times of a --file/],
  [['produce', '--file', '-', '--rebase'], /standard input does not allow/],
  [['produce', '--speed', 'fast'], /Expected a number above zero/],
  [['produce', 'events.jsonl'], /too many arguments/],
  [['counters', '--bucket', '2m'], /Allowed choices are 1m, 5m, 15m, 1h, 1d/],
  [['counters', '--from', 'soon'], /Expected a time such as/],
  [['counters', ''], /'name'. Expected a name of 1 to 256 bytes/],
  [['windows', ''], /'name'. Expected a name of 1 to 256 bytes/],
  [['windows', '--bucket', '1m'], /unknown option '--bucket'/],
  [['windows', '--format', 'xml'], /Allowed choices are table, csv, json/],
  [['--stage'], /argument missing/],
  [['replay'], /Usage: tidemark replay/],
  [['replay', 'begin'], /unknown command 'begin'/],
  [['replay', 'start', '--yes'], /required option '--from <time>' not specified/],
  [['replay', 'start', '--from', 'horizon', '--yes'], /Expected a time such as .*, or trim-horizon\.\n/],
  [['replay', 'start', '--from', 'trim-horizon'], /nobody is there to answer; say --yes/],
  [['replay', 'start', '--from', '6h', '--verify', '--force'], /cannot be used with option '--force'/],
  [['replay', 'start', '--from', '6h', '--yes', '--reason', ' '], /Expected 1 to 500 characters/],
  [['replay', 'status', 'x'], /Expected the id of a run/],
  [['replay', 'status', '20261120T091500Z-0a1b2c3d', '--follow', '--differences'], /expected without --follow/],
  [['replay', 'list', '--limit', '0'], /Expected a whole number from 1 to 1000/],
  [['replay', 'cancel'], /missing required argument 'run'/],
  [['replay', 'cancel', '20261120T091500Z-0a1b2c3d'], /nobody is there to answer; say --yes/],
  [['replay', 'undo', '20261120T091500Z-0a1b2c3d'], /nobody is there to answer; say --yes/],
  [['backfill', 'start', '--from', '2d', '--yes'], /required option '--to <time>' not specified/],
  [['quarantine', 'list', '--reason', 'because'], /Expected one of: record-too-large, /],
  [['quarantine', 'list', '--since', '1d', '--limit', '0'], /Expected a whole number/],
  [['quarantine', 'show'], /missing required argument 'key'/],
  [['quarantine', 'resubmit', '--yes'], /name keys, or a --reason, or --all/],
  [['quarantine', 'resubmit', 'key', '--all', '--yes'], /exactly one of the three/],
  [['quarantine', 'resubmit', 'key', '--since', '1d', '--yes'], /--since and --until choose among/],
  [['quarantine', 'resubmit', '--all', '--reason', 'given-up'], /Expected one of: .*too-new\./],
  [['quarantine', 'resubmit', '--all'], /nobody is there to answer; say --yes/],
])('%j is called wrongly', async (argv, message) => {
  const { exitCode, out, error } = await run(...argv);
  expect([exitCode, out]).toEqual([2, '']);
  expect(error).toMatch(message);
});

test('without a command, shows what there is and says that it was called wrongly', async () => {
  const { exitCode, error } = await run();
  expect(exitCode).toBe(2);
  expect(error).toContain('Usage: tidemark');
});

test('a failure is one line on standard error and exit code 1', async () => {
  const from = ['start', '--yes', '--from', '2d'];
  const commands = [['status'], ['counters'], ['windows'], ['produce'], ['replay', 'status'], ['replay', 'list']];
  for (const command of [...commands, ['replay', ...from], ['backfill', ...from, '--to', '1d']]) {
    expect(await run('--local', ...command)).toEqual({ exitCode: 1, out: '', error: 'no stage here\n' });
  }
});

test('help of incidents silence: a command by itself, with commands', async () => {
  expect(await ownHelp('incidents', 'silence')).toMatchInlineSnapshot(`
    "Usage: tidemark incidents silence [options] [command]

    Let alarms tell nobody for a time. Incidents are made all the same, and held; those whose alarm is
    still on when the time is over are told then.

    Options:
      --for <span>      for so long: 45m, 2h, 3d; 30d at most
      --from <time>     from this on: 2026-11-21T02:00Z (default: now)
      --to <time>       up to this
      --alarm <name>    only this alarm, with or without stack and source in front; 'page*' for all that
                        begin so; may be given several times
      --source <name>   only alarms of this source, or of '$stage'; may be given several times
      --reason <text>   why, for whoever wonders; it has to be said
      -h, --help        display help for command

    Commands:
      list              list the silences that hold or are to come
      end               end a silence before its time
      help [command]    display help for command

    Examples:
      $ tidemark --stage prod incidents silence --for 2h --source web --reason "moving the shop"
      $ tidemark --stage prod incidents silence --from 2026-11-21T02:00Z --to 2026-11-21T04:00Z --alarm "few*" --reason sale
    "
  `);
  expect(await ownHelp('incidents')).toMatchInlineSnapshot(`
    "Usage: tidemark incidents [options] [command]

    Show alarms that turned on and whom they were told to; answer them, silence them.

    Options:
      -h, --help        display help for command

    Commands:
      list              list the incidents, those that are open first
      show              show one incident: what it is, and what was sent to whom and when
      acknowledge       take an incident on, so that nobody else is told
      resolve           say that an incident is over, whatever its alarm does
      silence           let alarms tell nobody for a time
      simulate          print who would be told of an alarm when, without telling anyone
      help [command]    display help for command

    Example:
      $ tidemark --stage prod incidents acknowledge 20261120T091000Z-0a1b2c3d
    "
  `);
  expect(await ownHelp('incidents', 'silence', 'end')).toMatchInlineSnapshot(`
    "Usage: tidemark incidents silence end [options] <silence>

    End a silence now, or one that is to come before it begins. What it has held, and whose alarm is
    still on, is told within five minutes.

    Arguments:
      silence           its id, as silence list shows it

    Options:
      -h, --help        display help for command

    Example:
      $ tidemark --stage prod incidents silence end 20261120T091500Z-0a1b2c3d

    Exit codes: 0 it is over, 1 there is none.
    "
  `);
  expect((await run('incidents', 'silence', 'stop')).error).toContain("unknown command 'stop'");
  expect((await run('incidents', 'silence', 'list')).error).toBe('no stage here\n');
});
