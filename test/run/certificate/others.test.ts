import { execFileSync } from 'node:child_process';
import { createPublicKey } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleFromJSON } from '@sigstore/bundle';
import { toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { onPath } from '../../../src/environment/paths.ts';
import type { Certified } from '../../../src/model/certificate.ts';
import { runInProcess } from '../../cli/in-process.ts';
import { p256, Stage } from './certified-run.ts';

// Tools that are not ours read what is issued here, and refuse what was changed.

const stage = new Stage();
afterAll(() => stage.clear());
const issued = new Map<string, { certified: Certified; pub: string }>();
beforeAll(async () => {
  for (const [kind, algorithm, id] of [
    ['Ed25519', ['ed25519'], '0001'],
    ['P-256', p256, '0002'],
  ] as const) {
    const key = stage.key(kind, algorithm);
    const folder = await stage.run(`2026-11-20T0900-${id}`);
    const settings = stage.settings(key, { verifier: 'https://shop.example/verifier', resourceUri: 'pkg:oci/shop' });
    issued.set(kind, { certified: await stage.certify(folder, settings), pub: key.replace('.key', '.pub') });
  }
});
const of = (kind: string) => {
  const found = issued.get(kind);
  if (found === undefined) throw new Error(kind);
  return found;
};
const kinds = ['Ed25519', 'P-256'];

describe('@sigstore/verify', () => {
  const verify = (text: string, pub: string) => {
    const publicKey = createPublicKey(readFileSync(pub));
    const material = toTrustMaterial(
      { mediaType: '', tlogs: [], ctlogs: [], certificateAuthorities: [], timestampAuthorities: [] },
      () => ({ publicKey, validFor: () => true }),
    );
    const options = { tlogThreshold: 0, ctlogThreshold: 0, timestampThreshold: 0 };
    return new Verifier(material, options).verify(toSignedEntity(bundleFromJSON(JSON.parse(text))));
  };

  test.each(kinds)(
    'takes each bundle that was signed with %s, and none that was changed or is another key’s',
    (kind) => {
      const { certified, pub } = of(kind);
      expect(certified.files).toHaveLength(3);
      for (const { bundle } of certified.files) {
        const text = readFileSync(bundle, 'utf8');
        expect(() => verify(text, pub)).not.toThrow();
        const { payload } = (JSON.parse(text) as { dsseEnvelope: { payload: string } }).dsseEnvelope;
        const other = Buffer.from(Buffer.from(payload, 'base64').toString('utf8').replace('shop', 'shoq')).toString(
          'base64',
        );
        expect(() => verify(text.replace(payload, other), pub)).toThrow();
        expect(() => verify(text, of(kinds.find((one) => one !== kind) ?? '').pub)).toThrow();
      }
    },
  );
});

const cosign = onPath('cosign')[0];
describe.skipIf(cosign === undefined)(`cosign${cosign === undefined ? ' (not on PATH)' : ''}`, () => {
  // Of bundles it asks the public instance for its roots, unless they are named: there are none to trust here.
  const none = JSON.stringify({ mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1' });
  const roots = () => {
    const file = join(stage.base, 'roots.json');
    writeFileSync(file, none);
    return ['--trusted-root', file];
  };
  const verify = (args: readonly string[]) => {
    try {
      const all = ['verify-blob-attestation', '--insecure-ignore-tlog', ...args];
      execFileSync(cosign ?? '', all, { stdio: 'pipe', timeout: 60_000 });
      return 'Verified OK';
    } catch (error) {
      return String((error as { stderr?: Buffer }).stderr ?? error);
    }
  };

  test.each(kinds)('takes what was signed with %s over these bytes, and nothing that was changed', (kind) => {
    const { certified, pub } = of(kind);
    for (const { path, bundle, predicateType } of certified.files) {
      const by = ['--key', pub, '--type', predicateType];
      expect(verify([...by, '--signature', path, stage.artifact])).toBe('Verified OK');
      expect(verify([...by, '--bundle', bundle, '--new-bundle-format', ...roots(), stage.artifact])).toBe(
        'Verified OK',
      );
      const other = join(stage.base, 'other.tar');
      writeFileSync(other, 'other bytes');
      expect(verify([...by, '--signature', path, other])).not.toBe('Verified OK');
      const changed = join(stage.base, 'changed.json');
      const text = readFileSync(path, 'utf8');
      writeFileSync(
        changed,
        text.replace(/"payload":"(.{40})./, (_, before) => `"payload":"${before}A`),
      );
      expect(verify([...by, '--signature', changed, stage.artifact])).not.toBe('Verified OK');
      const foreign = of(kinds.find((one) => one !== kind) ?? '').pub;
      expect(verify(['--key', foreign, '--type', predicateType, '--signature', path, stage.artifact])).not.toBe(
        'Verified OK',
      );
    }
  });

  test('says OK of a test result that says FAILED, which a certificate’s own verification refuses', async () => {
    const { pub } = of('Ed25519');
    const folder = await stage.run('2026-11-20T0900-0003', undefined, { medianMs: () => 300 });
    const { files } = await stage.certify(folder, stage.settings(pub.replace('.pub', '.key')), true);
    const [{ path, predicateType } = { path: '', predicateType: '' }] = files;
    expect(verify(['--key', pub, '--type', predicateType, '--signature', path, stage.artifact])).toBe('Verified OK');
    const own = await runInProcess(['verify', path, '--key', pub, '--artifact', stage.artifact]);
    expect([own.code, own.stdout]).toEqual([1, expect.stringContaining('It is a test result that says FAILED')]);
  });
});
