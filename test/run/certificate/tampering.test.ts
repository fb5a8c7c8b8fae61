import { readFileSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { readCertificate, signerOf } from '../../../src/run/certificate/files.ts';
import { readTrustedKey, type TrustedKey } from '../../../src/signing/pem-key.ts';
import { p256, Stage } from './certified-run.ts';

const stage = new Stage();
afterAll(() => stage.clear());

/** What the text says as a certificate of this key; null: it is none. */
function acceptedAs(text: string, key: TrustedKey): string | null {
  const read = readCertificate(text);
  return typeof read === 'string' || signerOf(read.envelope, [key]) === null ? null : read.sha256;
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=-_"\\{}[],: \n\0é';
/** With this set every place is tried; else those of a payload of thousands are sampled, and every one of a signature. */
const isWhole = process.env.SHAKEDOWN_EVERY_CHANGE === '1';
const sampled = 60;

function* oneCharacterOff(text: string, from: number, to: number): Generator<string> {
  const step = isWhole ? 1 : Math.max(1, Math.floor((to - from) / sampled));
  // The end of base64 is where several texts give the same bytes.
  const places = Array.from({ length: to - from }, (_, place) => from + place);
  for (const at of places.filter((place) => (place - from) % step === 0 || to - place <= 4)) {
    const next = (by: number) => alphabet[(alphabet.indexOf(text[at] ?? '') + by) % 64] ?? 'A';
    const others = [next(1), next(17), alphabet[64 + (at % 16)] ?? '=', ...(to - at <= 4 ? alphabet : '')];
    for (const other of new Set(others))
      if (other !== text[at]) yield `${text.slice(0, at)}${other}${text.slice(at + 1)}`;
    yield `${text.slice(0, at)}${text.slice(at + 1)}`;
    yield `${text.slice(0, at)}${text[at]}${text.slice(at)}`;
  }
  for (const more of ['A', '=', ' ']) yield `${text.slice(0, to)}${more}${text.slice(to)}`;
}

test.each([
  ['Ed25519', ['ed25519']],
  ['P-256', p256],
] as const)(
  'no change of one character is accepted of what was signed with %s, as envelope and as bundle',
  async (kind, algorithm) => {
    const key = stage.key(`key-${kind}`, algorithm);
    const trusted = readTrustedKey(key.replace('.key', '.pub'));
    const folder = await stage.run(`2026-11-20T0900-${kind === 'P-256' ? '0001' : '0002'}`);
    const { files } = await stage.certify(folder, stage.settings(key));
    let tried = 0;
    let spaced = 0;
    for (const path of files.flatMap(({ path, bundle }) => [path, bundle])) {
      const text = readFileSync(path, 'utf8');
      const sha256 = acceptedAs(text, trusted);
      expect(sha256).not.toBeNull();
      for (const member of ['payload', 'sig', 'payloadType', 'keyid']) {
        const value = new RegExp(`"${member}":"([^"]*)"`).exec(text);
        const from = (value?.index ?? 0) + member.length + 4;
        for (const other of oneCharacterOff(text, from, from + (value?.[1]?.length ?? 0))) {
          tried++;
          if (acceptedAs(other, trusted) !== null) expect(`accepted: ${other}`).toBe('refused');
        }
      }
      // Between the parts a space may stand: then it is the same certificate.
      for (let at = 0; at < text.length; at += 1 + Math.floor(at / 40)) {
        const other = `${text.slice(0, at)} ${text.slice(at)}`;
        const as = acceptedAs(other, trusted);
        if (as !== null) spaced++;
        expect([null, sha256]).toContain(as);
      }
    }
    expect(tried).toBeGreaterThan(isWhole ? 80_000 : 3000);
    expect(spaced).toBeGreaterThan(5);
  },
  isWhole ? 1_800_000 : 60_000,
);
