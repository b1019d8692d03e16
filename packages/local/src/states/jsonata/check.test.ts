import { describe, expect, it } from 'vitest';
import { expressionMistakes } from './check.ts';

describe('expressionMistakes', () => {
  it.each([
    '$states.input.orders[price > 10 and $exists(name)].{"id": id, "all": $count($)}',
    '$states.input ~> |orders|{"price": price * 2}, ["draft"]|',
    '$map($states.input.list, function($each, $index) { $each.name & $index })',
    '($total := $sum($prices); $total > 3 ? "much" : "little")',
    '$list^(>age, name)[0]',
    '$list{kind: $count(id)}',
    '$states.input.*.name',
    '$list@$one.{"n": $one.name}',
    '{"a": [1, 2], "b": $parse($text)}',
    '$match($text, /a(b+)/).groups',
  ])('%s is taken', (text) => {
    expect(expressionMistakes(text)).toEqual([]);
  });

  it.each([
    ['orders.price', 'looks up "orders" where there is no document'],
    ['$count(orders)', 'looks up "orders" where there is no document'],
    ['{"a": b}', 'looks up "b" where there is no document'],
    ['function($x) { y }', 'looks up "y" where there is no document'],
    ['*', 'looks up * where there is no document'],
    ['**.a', 'looks up ** where there is no document'],
    ['$.a', 'uses $ where there is no document'],
    ['$$.a', 'uses $$ where there is no document'],
    ['$list[$$.a = b]', 'uses $$ where there is no document'],
    ['$eval("1")', 'calls $eval'],
    ['$list.$map($, $eval)', 'calls $eval'],
    ['1 +', 'is no JSONata: Unexpected end of expression'],
    ['', 'is no JSONata'],
    ['$a ?? 1', 'is no JSONata'],
    ['$a ?: 1', 'is no JSONata'],
  ])('%s is not', (text, reason) => {
    expect(expressionMistakes(text)).toEqual([expect.stringContaining(reason)]);
  });
});
