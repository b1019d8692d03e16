import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { headingAnchor } from '@tidemark/core/incidents/runbook';
import { Marked, Renderer, type Tokens } from 'marked';

/** In the repository. */
const path = 'docs/operating/runbook.md';

/** The runbook as it is now: what stands in the body of the page that the function `acknowledge` sends. */
export function readRunbook(): string {
  return renderRunbook(readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8'));
}

/** HTML of a runbook. Throws an Error that names the links to headings that there are not, and the headings that share an anchor. */
export function renderRunbook(markdown: string): string {
  const renderer = new RunbookRenderer();
  const html = new Marked().parse(markdown, { async: false, renderer });
  const { anchors, links } = renderer;
  const twins = anchors.filter((anchor, index) => anchors.indexOf(anchor) < index);
  const dead = links.filter((anchor) => !anchors.includes(anchor));
  if (twins.length > 0) throw new Error(`${path}: headings share an anchor: ${twins.join(', ')}`);
  if (dead.length > 0) throw new Error(`${path}: there are no headings for: ${dead.join(', ')}`);
  const contents = `<details>\n<summary>Contents</summary>\n<ul>\n${renderer.contents.join('\n')}\n</ul>\n</details>\n`;
  return html.replace('</h1>\n', (end) => end + contents);
}

class RunbookRenderer extends Renderer<string, string> {
  readonly anchors: string[] = [];
  /** Anchors that links of the runbook lead to. */
  readonly links: string[] = [];
  /** Items of a list. */
  readonly contents: string[] = [];

  override heading({ depth, text, tokens }: Tokens.Heading): string {
    const html = this.parser.parseInline(tokens);
    const anchor = headingAnchor(text);
    this.anchors.push(anchor);
    if (depth === 2) this.contents.push(`<li><a href="#${anchor}">${html}</a></li>`);
    return `<h${depth} id="${anchor}">${html}</h${depth}>\n`;
  }

  /** Other documents lie in the repository, where whoever reads this at night is not: they are named, and not linked to. */
  override link(link: Tokens.Link): string {
    const { href, tokens } = link;
    if (href.startsWith('#')) this.links.push(href.slice(1));
    if (/^(#|https:\/\/)/.test(href)) return super.link(link);
    const [file = ''] = href.split('#');
    return `${this.parser.parseInline(tokens)} (<code>${posix.join(posix.dirname(path), file)}</code>)`;
  }

  /** Scrolls by itself where the page is narrow. */
  override table(token: Tokens.Table): string {
    return `<div class="wide">${super.table(token)}</div>\n`;
  }
}
