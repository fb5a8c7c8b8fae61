import { fileURLToPath } from 'node:url';
import { ask, findOrGet, type Obtained, type ObtainOptions, type ProgramSource } from './obtain.ts';

const oldestMajor = 1;
const oldestToxiproxy = [2, 5] as const;

interface K6About {
  /** `2.2.0` */
  version: string;
  /** `shakedown`: with our output compiled in. */
  build: 'shakedown' | 'stock';
}

export type K6Program = Obtained<K6About>;

export interface FindK6Options extends ObtainOptions {
  /** The configuration's `engine.k6Path`. */
  k6Path?: string | null | undefined;
  /** Folder of the Go module and pin.json. */
  module?: string;
}

/** Finds k6, or gets it; see `findOrGet`. */
export function findK6(options: FindK6Options = {}): Promise<K6Program | null> {
  const source = { ...k6, module: options.module ?? k6.module };
  return findOrGet(source, options.k6Path, options);
}

const k6: ProgramSource<K6About> = {
  title: 'k6',
  program: 'k6',
  variable: 'SHAKEDOWN_K6',
  module: fileURLToPath(new URL('../../load/k6', import.meta.url)),
  buildTime: '1–2 min',
  async probe(path, signal) {
    const answer = await ask(path, ['version'], signal);
    if ('error' in answer) return answer.error.replace(/^it /, '`k6 version` ');
    // `k6 v2.2.0 (commit/…, go1.26.8, linux/amd64)`; the first word is the file's own name.
    const version = /^\S.*? v(\d+)(\.[\w.+-]+) \(.*\bgo1\./m.exec(answer.stdout);
    if (version?.[1] === undefined) return 'it does not answer as k6 does';
    if (Number(version[1]) < oldestMajor)
      return `version ${version[1]}${version[2]} is too old; ${oldestMajor}.0 or newer is needed`;
    return {
      version: `${version[1]}${version[2]}`,
      build: answer.stdout.includes('shakedown') ? 'shakedown' : 'stock',
    };
  },
};

/** `version`: `2.12.0`. */
export type ToxiproxyProgram = Obtained<{ version: string }>;

/** Finds Toxiproxy's server, or gets it; see `findOrGet`. */
export function findToxiproxy(
  options: ObtainOptions & { path?: string | null | undefined; module?: string } = {},
): Promise<ToxiproxyProgram | null> {
  const source = { ...toxiproxy, module: options.module ?? toxiproxy.module };
  return findOrGet(source, options.path, options);
}

const toxiproxy: ProgramSource<{ version: string }> = {
  title: 'Toxiproxy',
  program: 'toxiproxy-server',
  variable: 'SHAKEDOWN_TOXIPROXY',
  module: fileURLToPath(new URL('../../chaos/toxiproxy', import.meta.url)),
  buildTime: '30 s',
  packagePath: 'github.com/Shopify/toxiproxy/v2/cmd/server',
  variables: { 'github.com/Shopify/toxiproxy/v2.Version': '2.12.0' },
  async probe(path, signal) {
    const answer = await ask(path, ['-version'], signal);
    if ('error' in answer) return answer.error.replace(/^it /, '`toxiproxy-server -version` ');
    const [, major, minor, rest = ''] = /^toxiproxy-server version (\d+)\.(\d+)(\S*)/m.exec(answer.stdout) ?? [];
    if (major === undefined || minor === undefined) return 'it does not answer as Toxiproxy does';
    const [needed, since] = oldestToxiproxy;
    const isOld = Number(major) < needed || (Number(major) === needed && Number(minor) < since);
    if (isOld) return `version ${major}.${minor}${rest} is too old; ${needed}.${since} or newer is needed`;
    return { version: `${major}.${minor}${rest}` };
  },
};
