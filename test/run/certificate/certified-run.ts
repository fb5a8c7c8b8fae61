import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeManifest } from '../../../src/evidence/manifest.ts';
import type { CertificateSettings, Certified } from '../../../src/model/certificate.ts';
import { certify } from '../../../src/run/certificate/issue.ts';
import { renderRun } from '../../../src/run/simulate/render.ts';
import type { MadeRun } from '../results/made-load.ts';
import { makeRun } from '../results/run-folder.ts';

const artifact = 'the bytes of the shop';
export const artifactSha256 = createHash('sha256').update(artifact).digest('hex');
export const firstId = '2026-11-20T0900-7f3a';

/** Five minutes within all targets. */
const short: MadeRun = { windows: 60, windowMs: 5000, rate: 1200, samples: 20, routes: ['GET /'] };

const policyText = `title: Five minutes
gates: [performance, stability]
objectives: { stable-time: { target: 0.08 }, availability: { target: 99.9 } }
`;
export const policySha256 = createHash('sha256').update(policyText).digest('hex');
const policy = {
  ...{ name: 'short', title: 'Five minutes', gates: ['performance', 'stability'] },
  ...{ objectives: { 'stable-time': { target: 0.08 }, availability: { target: 99.9 } } },
  ...{ maxAgeHours: {}, sha256: policySha256 },
};

interface Started {
  runId: string;
  config: unknown;
  candidate: { name: string; version: string; artifacts: unknown[] };
  environment: { name: string };
}

const probed = { name: 'shop', digest: `sha256:${artifactSha256}`, source: 'probed' };

/** Folders of runs, keys and a policy for tests; `clear` takes all of it away. */
export class Stage {
  readonly base = mkdtempSync(join(tmpdir(), 'certificate-'));
  readonly runs = join(this.base, 'runs');
  readonly policy = join(this.base, 'short.yaml');
  readonly artifact = join(this.base, 'shop.tar');
  #made: string | null = null;

  constructor() {
    mkdirSync(this.runs);
    writeFileSync(this.policy, policyText);
    writeFileSync(this.artifact, artifact);
  }

  /** A run that has ended and is judged, as `change` makes its beginning; READY by the policy where that changes nothing. */
  async run(
    id = firstId,
    change: (started: Started) => void = () => {},
    made: Partial<MadeRun> = {},
    runs = this.runs,
  ): Promise<string> {
    const isUsual = Object.keys(made).length === 0;
    const source = isUsual ? (this.#made ?? (await makeRun(short))) : await makeRun({ ...short, ...made });
    if (isUsual) this.#made = source;
    const folder = join(runs, id);
    cpSync(source, folder, { recursive: true });
    if (!isUsual) rmSync(source, { recursive: true });
    const path = join(folder, 'journal.ndjson');
    const [first = '', ...rest] = readFileSync(path, 'utf8').split('\n');
    const event = JSON.parse(first) as { data: Started };
    Object.assign(event.data, { runId: id, config: { policy } });
    event.data.candidate.artifacts = [{ ...probed }];
    change(event.data);
    writeFileSync(path, [JSON.stringify(event), ...rest].join('\n'));
    writeManifest(folder);
    await renderRun(folder);
    return folder;
  }

  /** A key as openssl makes it; its public half lies beside it. @param more options of `openssl genpkey` */
  key(name: string, algorithm: readonly string[] = ['ed25519'], more: readonly string[] = []): string {
    return makeKey(this.base, name, algorithm, more);
  }

  settings(key: string | null, more: Partial<CertificateSettings> = {}): CertificateSettings {
    return {
      ...{ key, passphraseEnv: null, validHours: 24, verifier: 'urn:shakedown', resourceUri: null },
      ...{ timeStamp: null, trustedKeys: [] },
      ...more,
    };
  }

  certify(folder: string, settings: CertificateSettings, isFailedWanted = false): Promise<Certified> {
    return certify(folder, {
      settings,
      isFailedWanted,
      render: (results) => renderRun(folder, { results }),
    });
  }

  clear(): void {
    if (this.#made !== null) rmSync(this.#made, { recursive: true, force: true });
    rmSync(this.base, { recursive: true, force: true });
  }
}

export function makeKey(
  folder: string,
  name: string,
  algorithm: readonly string[] = ['ed25519'],
  more: readonly string[] = [],
): string {
  const key = join(folder, `${name}.key`);
  const [kind = '', ...options] = algorithm;
  const of = options.flatMap((one) => ['-pkeyopt', one]);
  execFileSync('openssl', ['genpkey', '-algorithm', kind, ...of, ...more, '-out', key], { stdio: 'pipe' });
  const opened = more.includes('-pass') ? ['-passin', more[more.indexOf('-pass') + 1] ?? ''] : [];
  execFileSync('openssl', ['pkey', '-in', key, ...opened, '-pubout', '-out', join(folder, `${name}.pub`)], {
    stdio: 'pipe',
  });
  return key;
}

export const p256 = ['EC', 'ec_paramgen_curve:P-256'];
