import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contractEvidence } from '../../../src/domains/integration/contracts/evidence.ts';
import { judgeContracts } from '../../../src/domains/integration/contracts/judge.ts';
import { holdMessages } from '../../../src/domains/integration/contracts/messages.ts';
import { Validator } from '../../../src/domains/integration/contracts/validator.ts';

let folder: string;
const validator = new Validator(1500);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shakedown-messages-'));
});
afterAll(async () => {
  await validator.close();
  await rm(folder, { recursive: true, force: true });
});

const order = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  required: ['id', 'items'],
  properties: { id: { type: 'string' }, items: { type: 'array', items: { $ref: '#/$defs/item' } } },
  $defs: { item: { type: 'object', required: ['sku'], properties: { sku: { type: 'string', pattern: '^[A-Z]+$' } } } },
};
let made = 0;

/** Holds messages against a schema, and judges what was found, as the journal has it. */
async function judged(schema: unknown, messages: readonly unknown[] | string) {
  const [schemaFile, file] = [join(folder, `${++made}.schema.json`), join(folder, `${made}.ndjson`)];
  await writeFile(schemaFile, typeof schema === 'string' ? schema : JSON.stringify(schema));
  const text = typeof messages === 'string' ? messages : messages.map((one) => `${JSON.stringify(one)}\n`).join('');
  await writeFile(file, text);
  const found = await holdMessages({ name: `orders ${made}`, schema: schemaFile, messages: file }, validator);
  const data = contractEvidence.parse(JSON.parse(JSON.stringify(found)));
  return judgeContracts([{ atMs: 0, data }]).checks[0];
}

const good = { id: 'a', items: [{ sku: 'TEA' }] };

describe('recorded messages', () => {
  it('that are as their schema says pass, with references within it', async () => {
    expect(await judged(order, [good, { id: 'b', items: [] }])).toMatchObject({
      verdict: 'pass',
      reason: 'All of 2 messages.',
    });
  });
  it.each([
    ['a field that is missing', { items: [] }, /id: missing/],
    ['a value of another type, deep inside', { id: 'a', items: [{ sku: 7 }] }, /items\[\]\.sku: a whole number/],
    ['a value that fits no pattern', { id: 'a', items: [{ sku: 'tea' }] }, /items\[\]\.sku/],
    ['a text that is no JSON', 'x', /the message/],
  ])('with %s fail, and are counted', async (_, message, words) => {
    const found = await judged(order, [good, message, message]);
    expect(found).toMatchObject({ verdict: 'fail', reason: expect.stringMatching(words) });
    expect(found?.reason).toContain('(2)');
  });
  it('with a field that the schema does not name need review, and fail where it forbids others', async () => {
    const more = [{ ...good, coupon: 'x' }];
    expect(await judged(order, more)).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringMatching(/coupon/),
    });
    expect(await judged({ ...order, additionalProperties: false }, more)).toMatchObject({ verdict: 'fail' });
  });
  it('of which there is none show nothing', async () => {
    expect(await judged(order, '\n\n')).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringMatching(/no message/),
    });
  });
  it('whose schema has a pattern that hangs are left open, in time', async () => {
    const hangs = { type: 'object', properties: { id: { type: 'string', pattern: '^(a+)+$' } } };
    expect(await judged(hangs, [{ id: `${'a'.repeat(40)}!` }])).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringMatching(/longer than 1\.5 s/),
    });
  });
  it('are left open where the schema refers to another document, which is never fetched', async () => {
    const refers = { type: 'object', properties: { item: { $ref: 'https://example.com/item.json' } } };
    expect(await judged(refers, [good])).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringMatching(/not in the document/),
    });
  });
  it.each([
    ['is no JSON', '{"type":', /is no JSON object/],
    ['is nested without end', `${'{"not":'.repeat(5000)}{}${'}'.repeat(5000)}`, /nested deeper/],
  ])('are refused where the schema %s', async (_, schema, words) => {
    await expect(judged(schema, [good])).rejects.toThrow(words);
  });
});
