import { expect, test } from 'vitest';
import { showProgress } from './progress.ts';

function stream(isTTY: boolean) {
  const written: string[] = [];
  return { written, isTTY, columns: 20, write: (text: string) => written.push(text) > 0 };
}

test('one line on a terminal, cut to its width, and taken away at the end', () => {
  const terminal = stream(true);
  const progress = showProgress(terminal);
  progress.step('reading');
  progress.step('creating a thing with a long name');
  progress.end();
  expect(terminal.written).toEqual(['\r\u001b[2KStarting: reading', '\r\u001b[2KStarting: creating ', '\r\u001b[2K']);
});

test('nothing where the stream is no terminal', () => {
  const file = stream(false);
  const progress = showProgress(file);
  progress.step('reading');
  progress.end();
  expect(file.written).toEqual([]);
});
