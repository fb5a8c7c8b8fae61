import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { descriptorText } from '../../../src/domains/parity/descriptor/file.ts';
import { Gatherer } from '../../../src/domains/parity/descriptor/gatherer.ts';
import {
  findSecretKey,
  isSecretName,
  isSecretValue,
  secretKey,
} from '../../../src/domains/parity/descriptor/secrets.ts';

const capturedAt = '2026-11-29T00:00:00Z';
const gathererWith = (key: ReturnType<typeof secretKey> | null) =>
  new Gatherer({ kind: 'kubernetes', from: 'a test', capturedAt, key, covers: ['environment'] });
const textOf = (gatherer: Gatherer, keyId: string | null = null) =>
  descriptorText(
    { environment: 'production', capturedAt, keyId, sources: [gatherer.source()], items: gatherer.items },
    false,
  );

describe('secrets', () => {
  it.each([
    ...[
      'DB_PASSWORD',
      'apiKey',
      'JWT_SECRET',
      'client_secret',
      'SECRET_KEY_BASE',
      'authToken',
      'github-token',
      'passwd',
    ],
    ...['AWS_SECRET_ACCESS_KEY', 'SENTRY_DSN', 'credentials', 'private_key', 'connectionString'],
  ])('are known by the name %s', (name) => expect(isSecretName(name)).toBe(true));

  it.each([
    ...['LOG_LEVEL', 'PASSWORD_FILE', 'TOKEN_URL', 'secretName', 'token_ttl', 'keyboard', 'monkey', 'tokenizer_path'],
    ...['PASSPORT_STRATEGY', 'AUTHOR', 'SESSION_TIMEOUT_SECONDS'],
  ])('are not seen in the name %s', (name) => expect(isSecretName(name)).toBe(false));

  it.each([
    '-----BEGIN RSA PRIVATE KEY-----\nabc',
    `eyJ${'a'.repeat(20)}.${'b'.repeat(20)}.${'c'.repeat(20)}`,
    `AKIA${'A1B2'.repeat(4)}`,
    `ghp_${'a1'.repeat(18)}`,
    'jdbc:postgresql://db/shop?user=a&password=hunter22',
    'Authorization: Bearer abcdefghijklmnop',
  ])('are known by what they look like: %#', (value) => expect(isSecretValue(value)).toBe(true));

  it('are never in a file, with or without a key', () => {
    for (const key of [null, secretKey('a key of a test only')]) {
      const gatherer = gathererWith(key);
      gatherer.add('environment', ['shop', 'DB_PASSWORD'], 'hunter22-in-plain');
      gatherer.add('environment', ['shop', 'DATABASE_URL'], 'postgres://shop:hunter22-in-plain@db/shop');
      gatherer.add('environment', ['shop', 'NOTE'], 'password=hunter22-in-plain');
      gatherer.add('environment', ['shop', 'ARGS'], ['--verbose', 'token=hunter22-in-plain']);
      gatherer.add('environment', ['shop', 'URLS'], ['http://a', 'https://u:hunter22-in-plain@b/']);
      gatherer.add('environment', ['shop', 'LONG'], `hunter22-in-plain ${'x'.repeat(5000)}`);
      gatherer.add('environment', ['shop', 'signing', 'key'], 'hunter22inplain01');
      gatherer.add('environment', ['shop', 'marked'], 'hunter22-in-plain', { secret: true });
      const text = textOf(gatherer, key?.id ?? null);
      expect(text).not.toContain('hunter22');
      expect(text).toContain('postgres://(credentials)@db/shop');
      expect([...gatherer.items.values()].filter(({ secret }) => secret).length).toBe(8);
    }
  });

  it('have the same hash with the same key only', () => {
    const [one, same, other] = ['a key of a test only', 'a key of a test only', 'another key of a test'].map(secretKey);
    expect(one?.hash('x')).toBe(same?.hash('x'));
    expect(one?.hash('x')).not.toBe(one?.hash('y'));
    expect(one?.hash('x')).not.toBe(other?.hash('x'));
    expect(one?.id).not.toBe(other?.id);
  });

  it('stop a file from being written that would show one', () => {
    const gatherer = gathererWith(null);
    gatherer.add('environment', ['shop', 'A'], 'plain');
    const item = gatherer.items.get('environment/shop/A');
    if (item === undefined) throw new Error('no item');
    gatherer.items.set('environment/shop/A', { ...item, value: 'password=hunter22' });
    expect(() => textOf(gatherer)).toThrow(/environment\/shop\/A holds a secret that is not hashed/);
  });
});

describe('the key', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'parity-key-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('comes from a file that only its owner can read, or from the environment', async () => {
    const file = join(folder, 'key');
    await writeFile(file, 'a key of a test only\n', { mode: 0o600 });
    expect((await findSecretKey(file))?.id).toBe(secretKey('a key of a test only').id);
    expect((await findSecretKey(null, { SHAKEDOWN_PARITY_KEY: 'a key of a test only' }))?.id).toBe(
      secretKey('a key of a test only').id,
    );
    expect(await findSecretKey(null, {})).toBe(null);
    await chmod(file, 0o644);
    await expect(findSecretKey(file)).rejects.toThrow(/others can read it/);
    await expect(findSecretKey(join(folder, 'none'))).rejects.toMatchObject({ code: 'PARITY_KEY' });
    await expect(findSecretKey(null, { SHAKEDOWN_PARITY_KEY: 'short' })).rejects.toThrow(/could be guessed/);
  });
});
