import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Certified } from '../../../src/model/certificate.ts';
import { runInProcess } from '../../cli/in-process.ts';
import { TimeAuthority } from '../../signing/time-authority.ts';
import { artifactSha256, policySha256, Stage } from './certified-run.ts';

const stage = new Stage();
const authority = new TimeAuthority();
const key = stage.key('own', ['ed25519'], ['-aes256', '-pass', 'pass:a passphrase']);
const pub = key.replace('.key', '.pub');
let folder: string;
let certified: Certified;
afterAll(() => {
  stage.clear();
  authority.close();
});

const configuration = (name: string, certificate: object) => {
  const file = join(stage.base, `${name}.json`);
  writeFileSync(file, JSON.stringify({ target: { sample: {} }, certificate }));
  return ['--config', file];
};

beforeAll(async () => {
  await authority.open();
  folder = await stage.run();
});

test('certify asks for a time stamp, opens the key with the passphrase of the environment, and shows neither', async () => {
  const timeStamp = { url: `${authority.url}/tsr`, caFile: authority.ca };
  const options = configuration('own', {
    key,
    passphraseEnv: 'OWN_PASSPHRASE',
    timeStamp,
    trustedKeys: [{ file: pub }],
  });
  process.env.OWN_PASSPHRASE = 'a passphrase';
  try {
    const { code, stdout, stderr } = await runInProcess(['certify', folder, '--json', ...options]);
    expect([code, stderr]).toEqual([0, expect.stringMatching(/^Issued: a certificate that counts until /)]);
    certified = JSON.parse(stdout) as Certified;
    for (const path of certified.files.flatMap((one) => [one.path, one.bundle]).concat(certified.page ?? []))
      expect(readFileSync(path, 'utf8')).not.toContain('a passphrase');
  } finally {
    delete process.env.OWN_PASSPHRASE;
  }
  const run = await runInProcess(['verify', folder, ...options]);
  expect([run.code, run.stdout]).toEqual([
    0,
    expect.stringMatching(/Its signature was there at .*, by its time stamp/),
  ]);
});

test('a time stamp counts by the certificates that are named for it, and shows that an expired key was used in time', async () => {
  const [, one] = certified.files;
  const of = [
    '--artifact',
    `sha256:${artifactSha256}`,
    '--environment',
    'staging-eu',
    '--policy',
    `sha256:${policySha256}`,
  ];
  const verify = (...more: string[]) => runInProcess(['verify', one?.path ?? '', ...of, ...more]);
  const good = await verify('--key', pub, '--time-stamp-ca', authority.ca);
  expect([good.code, good.stdout]).toEqual([0, expect.stringContaining('by its time stamp')]);
  expect((await verify('--key', pub)).stdout).toMatch(
    /It has a time stamp, and nobody said whose counts[\s\S]*NOT CERTAIN/,
  );
  expect((await verify('--key', pub, '--time-stamp-ca', authority.otherCa)).stdout).toMatch(
    /Its time stamp does not hold[\s\S]*REFUSED/,
  );

  const none = await verify('--key', pub, '--time-stamp-ca', `${authority.ca}.gone`);
  expect([none.code, none.stderr]).toEqual([2, expect.stringMatching(/USAGE: --time-stamp-ca .*gone: no file/)]);
  // The run itself is as it was.
  const elsewhere = await runInProcess(['verify', folder, '--key', pub, '--environment', 'staging-us']);
  expect([elsewhere.code, elsewhere.stdout]).toEqual([
    1,
    expect.stringMatching(/\nREFUSED: a signature, or what was issued,/),
  ]);

  const until = new Date(Date.parse(certified.issued) + 120_000).toISOString();
  const now = Date.now;
  const timeStamp = { url: `${authority.url}/tsr`, caFile: authority.ca };
  const trusting = (name: string, more: object) =>
    configuration(name, { trustedKeys: [{ file: pub, until }], ...more });
  // An hour later the key has expired.
  Date.now = () => now() + 3_600_000;
  try {
    expect((await verify(...trusting('stamped', { timeStamp }))).code).toBe(0);
    expect((await verify(...trusting('unstamped', {}))).stdout).toMatch(/has expired since/);
  } finally {
    Date.now = now;
  }
});

test('nothing is issued where the server gives none', async () => {
  const second = await stage.run('2026-11-20T0900-0002');
  const timeStamp = { url: `${authority.url}/none`, caFile: authority.ca };
  const options = configuration('none', { key, passphraseEnv: 'OWN_PASSPHRASE', timeStamp });
  process.env.OWN_PASSPHRASE = 'a passphrase';
  const { code, stderr } = await runInProcess(['certify', second, ...options]);
  delete process.env.OWN_PASSPHRASE;
  expect([code, stderr]).toEqual([2, expect.stringContaining('TIME_STAMP')]);
  expect((await runInProcess(['verify', second, '--json', ...options])).stdout).not.toContain('certificate/');
});
