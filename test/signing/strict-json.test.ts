import { expect, test } from 'vitest';
import { uniqueJson } from '../../src/signing/strict-json.ts';

test.each<[string, unknown]>([
  ['{"a": {"b": 1, "2": [ {"c": "x \\" : {"} ], "1": 1.0}}', { a: { b: 1, 2: [{ c: 'x " : {' }], 1: 1 } }],
  [' [ ] ', []],
  ['"a"', 'a'],
  ['{"a\\u0062": "\\/"}', { ab: '/' }],
])('JSON is taken however it is spelled: %s', (text, value) => {
  expect(uniqueJson(text)).toEqual(value);
});

test.each([
  '{"a": 1, "a": 1}',
  '{"x": [{"a": 1, "\\u0061": 2}]}',
  '{"__proto__": 1, "__proto__": 2}',
  '{"a": 1',
  '{a: 1}',
])('a key that is there twice, and what is no JSON, is none: %s', (text) => {
  expect(uniqueJson(text)).toBe(undefined);
});
