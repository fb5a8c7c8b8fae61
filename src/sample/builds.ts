import { ownProgram } from '../environment/own-files.ts';
import { ShakedownError } from '../model/error.ts';
import type { LocalProgram, LocalSystem } from '../model/local-system.ts';
import type { SampleVersion } from '../model/sample-system.ts';
import { parseDefects, type SampleDefects } from './defects.ts';
import { lastMigration } from './migrate.ts';
import { sampleDigest } from './sources.ts';
import { warmUpPaths } from './warm-up.ts';

/** Builds of the shop that can be deployed: two good ones, and what is wrong with the others. */
const builds: Readonly<Record<string, { version: SampleVersion; defects: string }>> = {
  'v2.0.0': { version: 'v2.0.0', defects: 'none' },
  'v2.1.0': { version: 'v2.1.0', defects: 'none' },
  'v2.1.0-slow': { version: 'v2.1.0', defects: 'slow=120' },
  'v2.1.0-errors': { version: 'v2.1.0', defects: 'errors=0.03' },
  'v2.1.0-hollow': { version: 'v2.1.0', defects: 'errors=1' },
  'v2.1.0-undocumented': { version: 'v2.1.0', defects: 'undocumented' },
  'v2.1.0-answers': { version: 'v2.1.0', defects: 'answers=renamed+total+reversed' },
  'v2.1.0-leak': { version: 'v2.1.0', defects: 'leak=256' },
  'v2.1.0-dies': { version: 'v2.1.0', defects: 'dies=4' },
  'v2.1.0-regressed': { version: 'v2.1.0', defects: 'totals' },
  'v2.1.0-unready': { version: 'v2.1.0', defects: 'unready' },
  'v2.1.0-insecure': { version: 'v2.1.0', defects: 'insecure' },
  'v2.1.0-drifted': { version: 'v2.1.0', defects: 'drift=settings+headers' },
};
const seed = 1;

/** Since the version before. */
const changes: Record<SampleVersion, readonly string[]> = {
  'v2.0.0': [],
  'v2.1.0': ['Products have a rating', 'Products come with recommendations, by a table of their own (migration 004)'],
};

/**
 * The shop as processes of this machine that can be deployed version by version, over one database.
 * @param defects planted in every build beside its own, as `parseDefects` reads them
 */
export function sampleAsLocalSystem(defects = 'none'): LocalSystem {
  return {
    shared: program('./alone/database.ts', { version: 'v2.0.0', seed }),
    healthPath: '/readyz',
    artifactPath: '/artifacts',
    warmUpPaths,
    versions: Object.keys(builds),
    release(name) {
      const build = builds[name];
      if (build === undefined) {
        throw new ShakedownError('DEPLOYMENT_VERSION', `The sample system has no version ${JSON.stringify(name)}.`, {
          hint: `It has ${Object.keys(builds).join(', ')}.`,
        });
      }
      const { version } = build;
      const planted: SampleDefects = { ...parseDefects(defects), ...parseDefects(build.defects) };
      return {
        version: name,
        artifacts: [{ name: 'sample-shop', digest: sampleDigest(version, planted) }],
        prepare: program('./alone/migrate.ts', { version, seed }),
        instance: program('./alone/instance.ts', { version, defects: planted, seed }),
        migration: lastMigration[version],
        changes: changes[version],
      };
    },
  };
}

function program(source: string, config: object): LocalProgram {
  return {
    // A larger nursery: what a request leaves behind is gone before it is ever copied.
    argv: [process.execPath, '--max-semi-space-size=16', ...ownProgram(source, import.meta.url)],
    environment: { SHAKEDOWN_SAMPLE: JSON.stringify(config) },
  };
}
