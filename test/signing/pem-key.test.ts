import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ShakedownError } from '../../src/model/error.ts';
import { isSignedWith, readSigningKey, readTrustedKey, signEnvelope } from '../../src/signing/pem-key.ts';
import { makeKey, p256 } from '../run/certificate/certified-run.ts';

const folder = mkdtempSync(join(tmpdir(), 'pem-key-'));
const at = (name: string) => join(folder, name);
const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'pipe' });
const encrypted = ['-aes256', '-pass', 'pass:the right words'];
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What is said of a key that cannot be used. */
function said(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (error instanceof ShakedownError && error.code === 'CERTIFICATE_KEY') return `${error.message} ${error.hint}`;
    throw error;
  }
  throw new Error('It was taken.');
}

beforeAll(() => {
  makeKey(folder, 'ed');
  makeKey(folder, 'ec', p256);
  makeKey(folder, 'locked', ['ed25519'], encrypted);
  makeKey(folder, 'locked-ec', p256, encrypted);
  makeKey(folder, 'rsa', ['RSA', 'rsa_keygen_bits:2048']);
  makeKey(folder, 'p384', ['EC', 'ec_paramgen_curve:P-384']);
  openssl('ec', '-in', at('ec.key'), '-out', at('ec-old.key'));
  openssl('ec', '-in', at('ec.key'), '-aes128', '-passout', 'pass:the right words', '-out', at('ec-old-locked.key'));
  openssl('req', '-new', '-x509', '-key', at('ec.key'), '-subj', '/CN=release', '-days', '30', '-out', at('ec.crt'));
  execFileSync('ssh-keygen', ['-t', 'ed25519', '-N', '', '-q', '-f', at('ssh.key')]);
  for (const name of ['ec-old.key', 'ec-old-locked.key']) chmodSync(at(name), 0o600);
});

describe('keys of both kinds sign, and their public halves verify', () => {
  const env = { WORDS: 'the right words' };
  test.each([
    ['ed.key', 'ed.pub', null, 'Ed25519'],
    ['ec.key', 'ec.pub', null, 'P-256'],
    ['ec.key', 'ec.crt', null, 'P-256'],
    ['ec-old.key', 'ec.pub', null, 'P-256'],
    ['locked.key', 'locked.pub', 'WORDS', 'Ed25519'],
    ['locked-ec.key', 'locked-ec.pub', 'WORDS', 'P-256'],
    ['ec-old-locked.key', 'ec.pub', 'WORDS', 'P-256'],
  ])('%s with %s', (secret, open, passphrase, kind) => {
    const key = readSigningKey(at(secret), passphrase, env);
    const trusted = readTrustedKey(at(open));
    expect([key.kind, trusted.kind, trusted.hint]).toEqual([kind, kind, key.hint]);
    const envelope = signEnvelope('a/b', Buffer.from('what is signed'), key);
    expect(isSignedWith(envelope, trusted)).toBe(true);
    const other = readTrustedKey(at(open === 'ed.pub' ? 'locked.pub' : 'ed.pub'));
    expect(isSignedWith(envelope, other)).toBe(false);
  });
});

describe('a key that cannot be used is refused, and it is said why', () => {
  const env = { RIGHT: 'the right words', WRONG: 'other words that nobody may read', EMPTY: '' };
  test.each([
    ['locked.key', null, /encrypted.*nothing says where its passphrase is.*certificate\.passphraseEnv/],
    ['locked.key', 'UNSET', /encrypted.*the variable UNSET is not set/],
    ['locked.key', 'EMPTY', /encrypted.*the variable EMPTY is not set/],
    ['locked.key', 'WRONG', /the passphrase in WRONG does not open it/],
    ['ec-old-locked.key', 'WRONG', /the passphrase in WRONG does not open it/],
    ['ed.pub', null, /it is a public key, which cannot sign/],
    ['ec.crt', null, /it is a public key, which cannot sign/],
    ['rsa.key', null, /of the kind RSA; only Ed25519 and ECDSA on P-256/],
    ['p384.key', null, /of the kind ECDSA on secp384r1/],
    ['ssh.key', null, /in the form of OpenSSH.*openssl genpkey/],
    ['none.key', null, /there is no such file/],
    ['', null, /it is a folder/],
  ])('%s, passphrase in %s', (name, passphrase, why) => {
    if (name.endsWith('.pub') || name.endsWith('.crt')) chmodSync(at(name), 0o600);
    const words = said(() => readSigningKey(at(name), passphrase, env));
    expect(words).toMatch(why);
    expect(words).not.toContain('that nobody may read');
  });

  test('files that are damaged, of another program, or open to others', () => {
    const write = (name: string, text: string, mode = 0o600) => {
      writeFileSync(at(name), text);
      chmodSync(at(name), mode);
      return said(() => readSigningKey(at(name), null, env));
    };
    const pem = readFileSync(at('ed.key'), 'utf8');
    expect(write('cut.key', pem.replace(/^M.*$/m, 'MC4'))).toMatch(/it is damaged/);
    expect(write('empty.key', '')).toMatch(/it is no PEM file of one key/);
    expect(write('open.key', pem, 0o644)).toMatch(/others may read it.*chmod 600/);
    expect(
      write(
        'cosign.key',
        '-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED SIGSTORE PRIVATE KEY-----\n',
      ),
    ).toMatch(/form of cosign/);
    expect(write('large.key', 'x'.repeat(100_000))).toMatch(/it has 98 KB, more than 64/);
  });

  test('what should verify and is private, of another kind, or none', () => {
    expect(said(() => readTrustedKey(at('ed.key')))).toMatch(/it is a private key.*-pubout/);
    expect(said(() => readTrustedKey(at('rsa.pub')))).toMatch(/of the kind RSA/);
    expect(said(() => readTrustedKey(at('ssh.key.pub')))).toMatch(/no PEM file/);
    expect(said(() => readTrustedKey(at('none.pub')))).toMatch(/there is no such file/);
  });
});

test('the time of a certificate and what is said of it both bound a key', () => {
  const { fromMs, untilMs } = readTrustedKey(at('ec.crt'), { until: '2020-01-01T00:00:00Z' });
  expect(untilMs).toBe(Date.parse('2020-01-01T00:00:00Z'));
  expect(Math.abs((fromMs ?? 0) - Date.now())).toBeLessThan(3_600_000);
  const own = readTrustedKey(at('ec.crt'), { until: '2999-01-01T00:00:00Z' }).untilMs ?? 0;
  expect(own - (fromMs ?? 0)).toBe(30 * 86_400_000);
  expect(readTrustedKey(at('ec.pub'))).toMatchObject({ fromMs: null, untilMs: null });
});
