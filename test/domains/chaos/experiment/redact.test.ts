import { expect, test } from 'vitest';
import { z } from 'zod';
import { redaction } from '../../../../src/domains/chaos/experiment/redact.ts';
import type { Fault, FaultRequest } from '../../../../src/domains/chaos/fault.ts';
import { createInjector } from '../../../../src/domains/chaos/injector.ts';

const secret = 'p\u00e4ss/w?rd "9"';
const { text, value } = redaction({ shop: { password: secret, pin: '7391', flag: 'x1', port: 8443 } });
const bytes = Buffer.from(secret);

test.each([
  ['as it is', secret],
  ['in an address', encodeURIComponent(secret)],
  ['in an address, lower case', encodeURIComponent(secret).replace(/%../g, (code) => code.toLowerCase())],
  ['in a form', new URLSearchParams({ p: secret }).toString().slice(2)],
  ['in JSON', JSON.stringify(secret).slice(1, -1)],
  ['in hexadecimal digits', bytes.toString('hex')],
  ['in upper-case hexadecimal digits', bytes.toString('hex').toUpperCase()],
  ['in base64', bytes.toString('base64')],
  ['in base64url', bytes.toString('base64url')],
  ['a short one', '7391'],
  ['a short one in base64', Buffer.from('7391').toString('base64')],
  ['a short one in hexadecimal digits', Buffer.from('7391').toString('hex')],
  ['a number', '8443'],
])('a secret is hidden within a text: %s', (_, written) => {
  expect(text(`sent <${written}> to the shop`)).toBe('sent <********> to the shop');
  expect(value({ sent: [`a=${written}&b`] })).toEqual({ sent: ['a=********&b'] });
});

test.each(['a', 'ab', 'abc', 'user'])('a secret is hidden within what base64 has beside it: %s:…', (user) => {
  for (const encoding of ['base64', 'base64url'] as const) {
    const header = Buffer.from(`${user}:${secret}`).toString(encoding);
    const shown = text(`Basic ${header}`);
    expect(shown).toContain('********');
    // What it shares a digit with its neighbours in may be left: two digits on each side.
    const [before = '', after = ''] = shown.slice('Basic '.length).split('********');
    expect(before.length).toBeLessThanOrEqual(Math.ceil((8 * (user.length + 1)) / 6));
    expect(after.replace(/=+$/, '').length).toBeLessThanOrEqual(1);
  }
});

// Signs that percent encoding, HTML, JSON and base64 each change, and one beyond ASCII.
const hard = 'Zq7&<"Secr+/t~Value\u00e99';
const hardBytes = Buffer.from(hard);
const lower = (percent: string) => percent.replace(/%../g, (code) => code.toLowerCase());
const html = (plain: string) => plain.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/"/g, '&quot;');
const wrappedAt = (length: number, end: string, digits: string) =>
  digits.replace(new RegExp(`.{${length}}`, 'g'), (line) => `${line}${end}`);

test.each([
  ['in the path of an address', new URL(`http://h/${hard}`).pathname.slice(1)],
  ['in its query', new URL(`http://h/?${hard}`).search.slice(1)],
  ['in its query, lower case', lower(new URL(`http://h/?${hard}`).search.slice(1))],
  ['in its fragment', new URL(`http://h/#${hard}`).hash.slice(1)],
  ['in its host', hard.toLowerCase()],
  ['percent-encoded twice', encodeURIComponent(encodeURIComponent(hard))],
  ['percent-encoded, all in lower case', encodeURIComponent(hard).toLowerCase()],
  ['every character percent-encoded', hardBytes.toString('hex').replace(/../g, '%$&')],
  ['percent-encoded as Latin-1', encodeURIComponent(hard).replace('%C3%A9', '%E9')],
  ['in a header, which is read as Latin-1', hardBytes.toString('latin1')],
  ['as Latin-1, read as UTF-8', Buffer.from(hard, 'latin1').toString()],
  ['in HTML', html(hard)],
  ['in HTML, by numbers', [...hard].map((one) => `&#${one.codePointAt(0)};`).join('')],
  ['in HTML in JSON', JSON.stringify(html(hard)).slice(1, -1)],
  ['in JSON in JSON in JSON', [1, 2, 3].reduce((inner) => JSON.stringify(inner), hard).replace(/^[\\"]+|[\\"]+$/g, '')],
  ['in JSON by numbers', [...hard].map((one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')],
  ['in hexadecimal digits with colons', hardBytes.toString('hex').replace(/..(?=.)/g, '$&:')],
  [
    'in hexadecimal digits with blanks, upper case',
    hardBytes
      .toString('hex')
      .toUpperCase()
      .replace(/..(?=.)/g, '$& '),
  ],
  ['in hexadecimal digits as C has them', hardBytes.toString('hex').replace(/../g, ', 0x$&').slice(2)],
  ['as Python writes bytes', hardBytes.toString('hex').replace(/../g, '\\x$&')],
  ['in base64 over lines', wrappedAt(8, '\n', hardBytes.toString('base64'))],
  ['in base64 over lines, in JSON', wrappedAt(8, '\\r\\n', hardBytes.toString('base64'))],
  ['in base64 in an address', encodeURIComponent(hardBytes.toString('base64'))],
  ['in base64 as UTF-16', Buffer.from(hard, 'utf16le').toString('base64')],
])('what others make of a secret is hidden: %s', (_, written) => {
  const { text: shown } = redaction({ shop: { token: hard } });
  // What stands before the first digit, or after the last, may be left.
  expect(shown(`t=<${written.trim()}>`)).toMatch(/^t=<(0x)?\*{8}(\\r\\n)?>$/);
});

test('a secret is hidden in what an address makes of it: signs that it takes away or changes', () => {
  for (const token of ['back\\slash&more', 'a tab\tand\nline', 'tr\u00e4umer', 'before-it#after', 'up/../and/away']) {
    const { text: shown } = redaction({ shop: { token } });
    const { href } = new URL(`http://h/x/${token}`);
    const { search, hash } = new URL(`http://h/x?t=${token}`);
    expect(shown(href), href).toBe('http://h/x/********');
    expect(shown(search + hash), search + hash).toBe('?t=********');
  }
  const { text: shown } = redaction({ shop: { token: 'tr\u00e4umer' } });
  expect(shown(new URL('http://tr\u00e4umer.example/').href)).toBe('http://********.example/');
  // What is sent of one with a fragment.
  expect(redaction({ shop: { token: 'before-it#after' } }).text('/x?t=before-it')).toBe('/x?t=********');
});

test('a secret is hidden as bytes, as JSON has a Buffer', () => {
  const { value: hide } = redaction({ shop: { token: hard } });
  const bytesOf = JSON.parse(JSON.stringify(Buffer.from(`a${hard}b`)));
  expect(hide(bytesOf)).toEqual({ type: 'Buffer', data: '********' });
  expect(hide([1, 2, 3])).toEqual([1, 2, 3]);
});

test('nothing else is hidden: what only resembles a secret', () => {
  const { text: shown } = redaction({ shop: { word: 'Post', hash: '\u00e9\u00e9\u00e9\u00e9', pin: '7391' } });
  for (const plain of ['POST /posts', '\ufffd\ufffd\ufffd\ufffd', '73 91', '100 % &lt; \\u0041 %zz &#99999999;'])
    expect(shown(plain)).toBe(plain);
});

test('hiding takes time in proportion to the text', () => {
  const { text: shown } = redaction({ shop: { token: '%25%25%25%25x', other: `${'a'.repeat(200)}b` } });
  const ms = (length: number) => {
    const given = '%25%25\\\\&amp;a--'.repeat(length / 16);
    const startMs = performance.now();
    shown(given);
    return performance.now() - startMs;
  };
  ms(16_000);
  const [short, long] = [ms(64_000), ms(1_024_000)];
  expect(long).toBeLessThan(16 * 5 * Math.max(short, 1));
});

test('a very short one is hidden only where it is the whole value, however it is written', () => {
  expect(value({ a: 'x1', b: Buffer.from('x1').toString('base64'), c: '7831' })).toEqual({
    a: '********',
    b: '********',
    c: '********',
  });
  expect(text('x1 of x12')).toBe('x1 of x12');
  // What is no secret stays.
  const plain = { port: 8080, words: 'the shop answers', not: '73 91' };
  expect(value(plain)).toEqual(plain);
});

test('what is recorded of a fault is without the secrets in its arguments', async () => {
  const told: string[] = [];
  const whisper: Fault<{ to: string }, 'endpoint'> = {
    ...{ name: 'whisper', title: 'Whisper', layer: 'http', on: ['endpoint'] },
    schema: z.strictObject({ to: z.string() }),
    unavailable: async () => null,
    touches: ({ to }) => [`whispers to ${to}`],
    async inject({ to }) {
      return {
        momentary: false,
        prove: async () => ({ seen: true, checks: [{ what: 'heard', expected: to, measured: to, held: true }] }),
        still: async () => ({ what: 'heard', expected: to, measured: to, held: true }),
        async revert() {
          throw new Error(`${to} does not stop`);
        },
      };
    },
  };
  const injector = createInjector({
    faults: [whisper as unknown as Fault],
    components: [{ kind: 'endpoint', name: 'shop', url: 'http://127.0.0.1:1' }],
    undo: { add: async () => Promise.reject(new Error('nothing is undone here')) },
    now: () => 0,
    on: (event) => told.push(JSON.stringify(event)),
  });
  const request = { experiment: 't', fault: 'whisper', component: 'shop', arguments: { to: 'open-sesame' } };
  const { value: hide } = redaction({ shop: { word: 'open-sesame' } });
  const record = await injector.inject(
    { ...request, hide: hide as NonNullable<FaultRequest['hide']> },
    new AbortController().signal,
  );
  await expect(injector.revert(record.id, 'harness')).rejects.toThrow('******** does not stop');
  expect(told).toHaveLength(4);
  expect([...told, JSON.stringify(record)].join('\n')).not.toContain('sesame');
});
