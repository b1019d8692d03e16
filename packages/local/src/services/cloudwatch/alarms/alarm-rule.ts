import { isStateValue, type StateValue } from './alarm.ts';

/** What a composite alarm makes of the states of others. */
export type AlarmRule =
  | { readonly kind: 'constant'; readonly value: boolean }
  | { readonly kind: 'state'; readonly value: StateValue; readonly alarmName: string }
  | { readonly kind: 'not'; readonly of: AlarmRule }
  | { readonly kind: 'and' | 'or'; readonly of: readonly AlarmRule[] };

export type AlarmRuleResult =
  | { readonly ok: true; readonly rule: AlarmRule }
  | { readonly ok: false; readonly mistake: string };

const childrenMax = 100;
const elementsMax = 500;

/** `ALARM("a") AND NOT (OK(b) OR TRUE)`; alarms by their names or their ARNs. */
export function parseAlarmRule(text: string): AlarmRuleResult {
  if (text !== text.trim() || text === '') {
    return refused('AlarmRule must not contain leading or trailing whitespace or be null');
  }
  const tokens = tokensOf(text);
  if (typeof tokens === 'string') return refused(`AlarmRule: ${tokens}`);
  try {
    const reader = new RuleReader(tokens);
    const rule = reader.readAll();
    if (childrenOf(rule).length > childrenMax) {
      return refused(`AlarmRule must not reference more than ${childrenMax} alarms`);
    }
    if (reader.elements > elementsMax) return refused(`AlarmRule must not have more than ${elementsMax} elements`);
    return { ok: true, rule };
  } catch (error) {
    if (error instanceof RuleMistake) return refused(`AlarmRule: ${error.message}`);
    throw error;
  }
}

/** The names of the alarms that it looks at, each once, in their order. */
export function childrenOf(rule: AlarmRule): readonly string[] {
  switch (rule.kind) {
    case 'constant':
      return [];
    case 'state':
      return [rule.alarmName];
    case 'not':
      return childrenOf(rule.of);
    case 'and':
    case 'or':
      return [...new Set(rule.of.flatMap(childrenOf))];
  }
}

/** An alarm that is not there is in no state. */
export function holds(rule: AlarmRule, stateOf: (alarmName: string) => StateValue | undefined): boolean {
  switch (rule.kind) {
    case 'constant':
      return rule.value;
    case 'state':
      return stateOf(rule.alarmName) === rule.value;
    case 'not':
      return !holds(rule.of, stateOf);
    case 'and':
      return rule.of.every((each) => holds(each, stateOf));
    case 'or':
      return rule.of.some((each) => holds(each, stateOf));
  }
}

/** `arn:aws:cloudwatch:us-east-1:000000000000:alarm:NAME` names NAME. */
export function alarmNameOf(nameOrArn: string): string {
  return /^arn:[^:]+:cloudwatch:[^:]*:\d*:alarm:(.+)$/s.exec(nameOrArn)?.[1] ?? nameOrArn;
}

class RuleMistake extends Error {}

interface Token {
  readonly kind: 'word' | 'quoted' | '(' | ')';
  readonly text: string;
}

const tokenShape = /\s*(?:([()])|"((?:[^"\\]|\\.)*)"|([^\s()"]+))/y;

/** Or what is wrong. */
function tokensOf(text: string): readonly Token[] | string {
  const tokens: Token[] = [];
  tokenShape.lastIndex = 0;
  while (tokenShape.lastIndex < text.length) {
    const at = tokenShape.lastIndex;
    const match = tokenShape.exec(text);
    if (match === null) return `it cannot be read from ${JSON.stringify(text.slice(at))} on`;
    const [, bracket, quoted, word = ''] = match;
    if (bracket === '(' || bracket === ')') tokens.push({ kind: bracket, text: bracket });
    else if (quoted !== undefined) tokens.push({ kind: 'quoted', text: quoted.replace(/\\(.)/gs, '$1') });
    else tokens.push({ kind: 'word', text: word });
  }
  return tokens;
}

/** NOT binds more closely than AND, and AND more closely than OR. */
class RuleReader {
  /** Children, constants and parentheses. */
  elements = 0;
  readonly #tokens: readonly Token[];
  #next = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  readAll(): AlarmRule {
    const rule = this.#readChain('or');
    if (this.#next < this.#tokens.length) throw new RuleMistake(`${this.#here()} is not expected here`);
    return rule;
  }

  #readChain(kind: 'and' | 'or'): AlarmRule {
    const operand = () => (kind === 'or' ? this.#readChain('and') : this.#readOperand());
    const first = operand();
    const of = [first];
    while (this.#takeWord(kind.toUpperCase())) of.push(operand());
    return of.length === 1 ? first : { kind, of };
  }

  #readOperand(): AlarmRule {
    if (this.#takeWord('NOT')) return { kind: 'not', of: this.#readOperand() };
    this.elements += 1;
    if (this.#take('(') !== undefined) {
      const rule = this.#readChain('or');
      this.#expect(')');
      return rule;
    }
    const word = this.#take('word')?.text;
    if (word === undefined) throw new RuleMistake(`${this.#here()} where a function, TRUE or FALSE was expected`);
    if (/^(?:true|false)$/i.test(word)) return { kind: 'constant', value: word.toUpperCase() === 'TRUE' };
    if (!isStateValue(word)) {
      throw new RuleMistake(
        `the local engine does not know ${word}; it knows ALARM, OK, INSUFFICIENT_DATA, TRUE, FALSE, AND, OR and NOT`,
      );
    }
    this.#expect('(');
    const name = this.#take('quoted') ?? this.#take('word');
    if (name === undefined) throw new RuleMistake(`${this.#here()} where the name of an alarm was expected`);
    this.#expect(')');
    return { kind: 'state', value: word, alarmName: alarmNameOf(name.text) };
  }

  #take(kind: Token['kind']): Token | undefined {
    const token = this.#tokens[this.#next];
    if (token?.kind !== kind) return undefined;
    this.#next += 1;
    return token;
  }

  #takeWord(text: string): boolean {
    const token = this.#tokens[this.#next];
    if (token?.kind !== 'word' || token.text !== text) return false;
    this.#next += 1;
    return true;
  }

  #expect(kind: '(' | ')'): void {
    if (this.#take(kind) === undefined) throw new RuleMistake(`${this.#here()} where ${kind} was expected`);
  }

  #here(): string {
    const token = this.#tokens[this.#next];
    return token === undefined ? 'it ends' : token.text;
  }
}

function refused(mistake: string): AlarmRuleResult {
  return { ok: false, mistake };
}
