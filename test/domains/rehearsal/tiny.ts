import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ResolvedDeployment } from '../../../src/domains/rehearsal/settings.ts';
import { Staging } from '../../../src/domains/rehearsal/system/staging.ts';
import type { StagingSettings } from '../../../src/domains/rehearsal/system/staging-settings.ts';
import type { LocalSystem } from '../../../src/model/local-system.ts';

const server = fileURLToPath(new URL('../../fixtures/rehearsal/server.mjs', import.meta.url));

/** A system of one small program: `v1`, `v2`, and `v2-<flaw>`. */
const tinySystem: LocalSystem = {
  ...{ shared: null, healthPath: '/healthz', artifactPath: '/artifacts', warmUpPaths: ['/'], versions: [] },
  release: (version) => ({
    version,
    artifacts: [{ name: 'tiny', digest: `sha256:${version.padEnd(64, '0').slice(0, 64)}` }],
    prepare: null,
    instance: { argv: [process.execPath, server], environment: { FLAW: version.split('-')[1] ?? '' } },
    migration: null,
  }),
};

export const tinyDeployment: ResolvedDeployment = {
  ...{ driver: 'local', instances: 2, readyMs: 2500, warmUpMs: 200, drainMs: 4000, local: null, command: null },
  ...{ compose: null, kubernetes: null },
  switch: {
    driver: 'embedded',
    port: 0,
    haproxyPath: null,
    envoyPath: null,
    nginxPath: null,
    command: null,
    kubernetes: { url: null, podsAtMost: 20, inFlight: null },
    sticky: 'off',
    cuts: false,
  },
};

export interface Tiny {
  folder: string;
  settings: StagingSettings;
  staging: Staging;
  end(): Promise<void>;
}

/** A staging system of the small program, without a version. */
export async function tinyStaging(
  change: Partial<ResolvedDeployment['switch']> = {},
  more: Partial<ResolvedDeployment> = {},
): Promise<Tiny> {
  const folder = mkdtempSync(join(tmpdir(), 'shakedown-tiny-'));
  const settings: StagingSettings = {
    ...{ stateFile: join(folder, 'staging.json'), folder, system: tinySystem, healthPath: '/healthz' },
    deployment: { ...tinyDeployment, ...more, switch: { ...tinyDeployment.switch, ...change } },
  };
  const staging = await Staging.start(settings, AbortSignal.timeout(60_000));
  return {
    ...{ folder, settings, staging },
    async end() {
      await staging.end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
