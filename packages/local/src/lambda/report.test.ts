import { describe, expect, it } from 'vitest';
import { requestId, tried } from '../../test/tried-host.ts';

describe('what an invocation leaves', () => {
  it("is START, the handler's lines, END and REPORT, in order", async () => {
    const code = `export const handler = async () => {
      console.log('one', { two: 2 }); console.error('three\\nfour'); process.stdout.write('raw\\nunended'); process.stderr.write('err\\n'); };`;
    const { host, texts, lines } = tried(code);
    await host.invoke('inline', {});
    await host.invoke('inline', {});
    const first = texts().slice(0, texts().length / 2);
    expect(first[0]).toMatch(new RegExp(`^START RequestId: ${requestId} Version: \\$LATEST$`));
    expect(first).toHaveLength(8);
    for (const line of [
      expect.stringMatching(new RegExp(`^\\d{4}.*Z\\t${requestId}\\tERROR\\tthree\nfour$`)),
      expect.stringMatching(new RegExp(`^\\d{4}.*Z\\t${requestId}\\tINFO\\tone \\{ two: 2 \\}$`)),
      'err',
      'raw',
      'unended',
    ]) {
      expect(first.slice(1, -2)).toContainEqual(line);
    }
    expect(first.at(-2)).toMatch(new RegExp(`^END RequestId: ${requestId}$`));
    expect(first.at(-1)).toMatch(
      new RegExp(
        `^REPORT RequestId: ${requestId}\\tDuration: [0-9.]+ ms\\tBilled Duration: \\d+ ms\\tMemory Size: 256 MB\\tMax Memory Used: \\d+ MB\\tInit Duration: [0-9.]+ ms\\t$`,
      ),
    );
    expect(texts().at(-1)).not.toContain('Init Duration');
    expect(new Set(lines.map((line) => line.logStreamName)).size).toBe(1);
  });

  it('is JSON where the function logs JSON', async () => {
    const code = `export const handler = async () => { console.debug('not seen'); console.log({ a: 1 }); console.warn('b', new TypeError('c')); };`;
    const { host, texts } = tried(code, { logFormat: 'JSON', logLevel: 'INFO' });
    await host.invoke('inline', {});
    const [start, first, second, report] = texts().map((text) => JSON.parse(text));
    expect(start).toMatchObject({ type: 'platform.start', record: { version: '$LATEST' } });
    expect(first).toMatchObject({ level: 'INFO', message: { a: 1 }, requestId: start.record.requestId });
    expect(second).toMatchObject({ level: 'WARN', errorType: 'TypeError', errorMessage: 'c' });
    expect(report).toMatchObject({
      type: 'platform.report',
      record: { status: 'success', metrics: { memorySizeMB: 256 } },
    });
  });

  it('is metered in gigabyte-seconds, initialization included', async () => {
    const { host, usages } = tried('export const handler = async () => {};', { memoryMb: 512 });
    await host.invoke('inline', {});
    const [usage] = usages;
    expect(usage).toMatchObject({ functionName: 'inline', outcome: 'success', memoryMb: 512 });
    expect(usage?.billedMs).toBe(Math.ceil((usage?.durationMs ?? 0) + (usage?.initMs ?? 0)));
    expect(usage?.gigabyteSeconds).toBeCloseTo(0.5 * ((usage?.billedMs ?? 0) / 1000));
    expect(usage?.usedMbMax).toBeGreaterThan(10);
  });

  it('has memory of its own: that of the engine is not in it', async () => {
    const large = Buffer.alloc(400 * 1024 * 1024, 1);
    const { host, usages } = tried('export const handler = async () => {};', { memoryMb: 512 });
    await host.invoke('inline', {});
    expect(large.length).toBeGreaterThan(0);
    expect(usages[0]?.usedMbMax).toBeLessThan(300);
  });
});
