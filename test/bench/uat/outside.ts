import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize, resolve, sep } from 'node:path';
import { uatSizes } from '../../../src/domains/uat/sizes.ts';
import { launchable } from '../../../src/environment/browser-programs.ts';

/** A suite of someone else's, as it would be run by Playwright alone and by `shakedown uat run`. */
export interface Outside {
  baseUrl: string;
  /** With Playwright's own configuration: nothing of ours is in it. */
  bare: { cwd: string; config: string };
  watched: { cwd: string };
  stop(): void;
}

interface Wanted {
  /** Its files: `*.spec.ts`. */
  suite: string;
  /** The application that it is for, as files. */
  app: string;
  /** Under which the suite looks for it. */
  address: string;
  browser: string;
  sizes: readonly string[];
  root: string;
  folder: string;
}

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
};

/** Lays a suite out twice. Its address is replaced by that of the application, which is served from here; to be watched, what it imports as well. */
export async function layOut(wanted: Wanted): Promise<Outside> {
  const { suite, app, address, browser, sizes, root, folder } = wanted;
  const server = await serve(resolve(app), new URL(address).pathname);
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const [bare, watched] = ['bare', 'watched'].map((name) => join(folder, name)) as [string, string];
  for (const at of [bare, watched]) {
    mkdirSync(join(at, 'uat'), { recursive: true });
    mkdirSync(join(at, 'node_modules'));
    symlinkSync(root, join(at, 'node_modules', 'shakedown'));
    symlinkSync(join(root, 'node_modules', '@playwright'), join(at, 'node_modules', '@playwright'));
    writeFileSync(join(at, 'package.json'), '{ "type": "module" }');
  }
  for (const name of readdirSync(suite).filter((each) => /\.(spec|test)\.[jt]s$/.test(each))) {
    const text = readFileSync(join(suite, name), 'utf8').replaceAll(new URL(address).origin, baseUrl);
    writeFileSync(join(bare, 'uat', name), text);
    const own = name.replace(/\.(spec|test)\./, '.uat.');
    writeFileSync(join(watched, 'uat', own), text.replace(/(['"])@playwright\/test\1/, "'shakedown/uat'"));
  }
  const program = launchable(browser as 'chromium');
  if (program === null) throw new Error(`No ${browser} is there.`);
  const launchOptions = {
    ...(program.executablePath === null ? {} : { executablePath: program.executablePath }),
    ...(process.getuid?.() === 0 ? { args: ['--no-sandbox'] } : {}),
  };
  const projects = uatSizes
    .filter(({ name }) => sizes.includes(name))
    .map(({ name, width, height }) => ({
      name,
      use: { browserName: browser, launchOptions, viewport: { width, height }, hasTouch: name !== 'desktop' },
    }));
  const config = join(bare, 'playwright.config.mjs');
  writeFileSync(config, `export default ${JSON.stringify({ testDir: 'uat', fullyParallel: true, projects })};\n`);
  writeFileSync(
    join(watched, 'uat', 'playwright.config.ts'),
    "import { uatConfig } from 'shakedown/uat';\nexport default uatConfig();\n",
  );
  return { baseUrl, bare: { cwd: bare, config }, watched: { cwd: watched }, stop: () => server.close() };
}

async function serve(app: string, prefix: string): Promise<Server> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://127.0.0.1');
    if (pathname === '/healthz') return void response.end('ok');
    if (pathname === prefix && prefix !== '/') {
      response.writeHead(302, { location: `${prefix}/` });
      return void response.end();
    }
    const rest = pathname.startsWith(`${prefix}/`) ? pathname.slice(prefix.length) : pathname;
    const path = join(app, normalize(decodeURIComponent(rest.endsWith('/') ? `${rest}index.html` : rest)));
    const isThere = path.startsWith(app + sep) && statSync(path, { throwIfNoEntry: false })?.isFile() === true;
    if (!isThere) {
      response.writeHead(404, { 'content-type': 'text/plain' });
      return void response.end('not found');
    }
    response.writeHead(200, { 'content-type': types[extname(path)] ?? 'application/octet-stream' });
    response.end(readFileSync(path));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return server;
}
