import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Staging } from '../../src/domains/rehearsal/system/staging.ts';
import type { StagingSettings } from '../../src/domains/rehearsal/system/staging-settings.ts';
import { onPath } from '../../src/environment/paths.ts';
import { goBuild } from '../cluster/cluster.ts';
import { tinyDeployment } from '../domains/rehearsal/tiny.ts';

const sample = fileURLToPath(new URL('../../docs/deploy/compose.yaml', import.meta.url));
const shop = fileURLToPath(new URL('../cluster/shop', import.meta.url));
const absent = ['go', 'podman', 'podman-compose', 'runc'].filter((name) => onPath(name).length === 0);
const reason = process.getuid?.() !== 0 ? 'needs root' : absent.length > 0 ? `needs ${absent.join(', ')}` : null;
const signal = AbortSignal.timeout(300_000);

describe.skipIf(reason !== null)(`versions as containers${reason === null ? '' : ` (${reason})`}`, () => {
  let folder: string;
  let staging: Staging | undefined;
  const before = { ...process.env };
  const podman = (...args: string[]) => execFileSync('podman', args, { encoding: 'utf8' }).trim();

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'shakedown-compose-'));
    // An engine of its own, with limits that a container of this machine may set.
    writeFileSync(
      join(folder, 'containers.conf'),
      '[containers]\ndefault_ulimits = ["nofile=1024:1024", "nproc=4096:4096"]\n[engine]\nruntime = "runc"\ncgroup_manager = "cgroupfs"\n',
    );
    writeFileSync(
      join(folder, 'storage.conf'),
      `[storage]\ndriver = "vfs"\ngraphroot = "${folder}/graph"\nrunroot = "${folder}/run"\n`,
    );
    Object.assign(process.env, {
      CONTAINERS_CONF: join(folder, 'containers.conf'),
      CONTAINERS_STORAGE_CONF: join(folder, 'storage.conf'),
    });
    await goBuild(shop, join(folder, 'shop'));
    for (const version of ['v1', 'v2', 'v2-unready', 'v2-ends']) {
      writeFileSync(
        join(folder, 'Dockerfile'),
        `FROM scratch\nLABEL version=${version}\nCOPY shop /shop\nENTRYPOINT ["/shop"]\n`,
      );
      podman('build', '--isolation=chroot', '-q', '-t', `localhost/shop:${version}`, folder);
    }
  }, 300_000);
  afterEach(async () => {
    await staging?.end();
    staging = undefined;
    expect(podman('ps', '-aq')).toBe('');
  }, 120_000);
  afterAll(() => {
    for (const name of ['CONTAINERS_CONF', 'CONTAINERS_STORAGE_CONF']) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
    rmSync(folder, { recursive: true, force: true });
  });

  const start = async (file = sample): Promise<Staging> => {
    const compose = { file, service: 'shop', port: 8080, engine: null, healthPath: '/healthz', requestIds: true };
    const settings: StagingSettings = {
      ...{ stateFile: join(folder, 'staging.json'), folder, system: null, healthPath: '/' },
      deployment: { ...tinyDeployment, driver: 'compose', readyMs: 8000, compose },
    };
    staging = await Staging.start(settings, signal);
    return staging;
  };
  const answered = async (url: string, id?: string) =>
    (await fetch(url, id === undefined ? {} : { headers: { 'x-request-id': id } })).text();

  it('come up side by side, take traffic from each other, and note their requests', async () => {
    const system = await start();
    const blue = await system.up('blue', 'v1', signal);
    await system.move({ blue: 100 });
    expect(blue.instances).toHaveLength(2);
    expect(blue.artifacts).toEqual([{ name: 'shop', digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) }]);
    const green = await system.up('green', 'v2', signal);
    expect(green.artifacts).not.toEqual(blue.artifacts);
    const { baseUrl } = system.switch;
    expect(await answered(baseUrl, 'first')).toBe('v1 blue');
    await system.move({ green: 100 });
    expect(await answered(baseUrl, 'second')).toBe('v2 green');
    const logs = (sides: (typeof blue)[]) => system.requestLogs(sides);
    const text = async (side: typeof blue) =>
      (await logs([side])).map((file) => execFileSync('cat', [file], { encoding: 'utf8' })).join('');
    expect([await text(blue), await text(green)]).toEqual([
      expect.stringContaining('"first"'),
      expect.stringContaining('"second"'),
    ]);
    await system.down('blue');
    expect(podman('ps', '-aq').split('\n')).toHaveLength(2);
  }, 120_000);

  it.each([
    ['v9', /The version cannot be deployed: .*v9/],
    ['v2-ends', /v2-ends did not come up: .*shop.* ended/],
    ['v2-unready', /v2-unready did not come up: green-[12] was not ready after 8 s: \/healthz answers 503/],
  ])(
    '%s is reported in one line, and leaves nothing',
    async (version, message) => {
      const system = await start();
      await system.up('blue', 'v1', signal);
      await system.move({ blue: 100 });
      await expect(system.up('green', version, signal)).rejects.toThrow(message);
      expect(system.sides.map(({ name }) => name)).toEqual(['blue']);
      expect(podman('ps', '-aq').split('\n')).toHaveLength(2);
      expect(await answered(system.switch.baseUrl)).toBe('v1 blue');
    },
    120_000,
  );

  // biome-ignore lint/suspicious/noTemplateCurlyInString: the compose file has it so
  const base = 'image: "localhost/shop:${SHAKEDOWN_VERSION}"';
  it.each([
    ['publishes no port', `${base}, deploy: { replicas: 2 }`, /does not publish port 8080: write ports/],
    ['makes too few containers', `${base}, ports: ['127.0.0.1::8080']`, /1 containers of shop came up, and not 2/],
  ])(
    'a file that %s is named',
    async (_, keys, message) => {
      const file = join(folder, 'other.yaml');
      writeFileSync(file, `services: { shop: { ${keys} } }\n`);
      const system = await start(file);
      await expect(system.up('blue', 'v1', signal)).rejects.toThrow(message);
      expect(podman('ps', '-aq')).toBe('');
    },
    120_000,
  );
});
