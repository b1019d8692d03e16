import { expect, test } from 'vitest';
import { readRunbook, renderRunbook } from '../build/runbook.ts';

test('headings have anchors, tables scroll, links to other documents name them', () => {
  const html = renderRunbook(
    [
      '# Runbook\n\nSee [below](#alarm-a-series-is-missing), [events](../reference/events.md#list) or [AWS](https://aws.amazon.com/).',
      '## Alarm: a series is missing\n\n| a | b |\n| --- | --- |\n| `<c>` | d |\n\n    tidemark status\n',
      '## $other: "counted" & kept',
    ].join('\n\n'),
  );
  expect(html).toMatchInlineSnapshot(`
    "<h1 id="runbook">Runbook</h1>
    <details>
    <summary>Contents</summary>
    <ul>
    <li><a href="#alarm-a-series-is-missing">Alarm: a series is missing</a></li>
    <li><a href="#other-counted--kept">$other: &quot;counted&quot; &amp; kept</a></li>
    </ul>
    </details>
    <p>See <a href="#alarm-a-series-is-missing">below</a>, events (<code>docs/reference/events.md</code>) or <a href="https://aws.amazon.com/">AWS</a>.</p>
    <h2 id="alarm-a-series-is-missing">Alarm: a series is missing</h2>
    <div class="wide"><table>
    <thead>
    <tr>
    <th>a</th>
    <th>b</th>
    </tr>
    </thead>
    <tbody><tr>
    <td><code>&lt;c&gt;</code></td>
    <td>d</td>
    </tr>
    </tbody></table>
    </div>
    <pre><code>tidemark status
    </code></pre>
    <h2 id="other-counted--kept">$other: &quot;counted&quot; &amp; kept</h2>
    "
  `);
});

test('a link to a heading that there is not, and two headings of one anchor, are mistakes', () => {
  expect(() => renderRunbook('# A\n\n[b](#b) [a](#a)')).toThrow('there are no headings for: b');
  expect(() => renderRunbook('# A\n\n## B: c\n\n## B c')).toThrow('headings share an anchor: b-c');
});

test('the runbook leads nowhere but to itself', () => {
  const links = readRunbook().match(/href="[^"]*"/g) ?? [];
  expect(links.length).toBeGreaterThan(60);
  expect(links.filter((link) => !link.startsWith('href="#'))).toEqual([]);
});
