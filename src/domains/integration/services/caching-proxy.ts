import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../../environment/free-port.ts';
import { nginxOnPath } from '../../../environment/nginx.ts';
import { ShakedownError } from '../../../model/error.ts';
import type { LocalService } from './stand-in.ts';

const startMs = 10_000;
/** Of nginx: whether its cache answered (https://nginx.org/en/docs/http/ngx_http_upstream_module.html#var_upstream_cache_status). */
export const proxyHeader = 'x-shakedown-cache';

/**
 * Starts an nginx on this machine that keeps answers as a shared cache may: as long as their own headers allow, and none to requests with credentials.
 * It ends with this process.
 * @param folder of its own, for its cache
 * @throws ShakedownError CACHING_PROXY
 */
export async function startCachingProxy(baseUrl: string, folder: string, signal: AbortSignal): Promise<LocalService> {
  const nginx = nginxOnPath();
  if (nginx === undefined) {
    throw new ShakedownError('CACHING_PROXY', 'nginx is needed to stand in for a CDN, and there is none.', {
      hint: 'Install nginx (Debian: nginx-light), or name in integration.services none of kind cdn.',
    });
  }
  await mkdir(folder, { recursive: true });
  const port = await freePort();
  const file = join(folder, 'nginx.conf');
  await writeFile(file, configurationOf(new URL(baseUrl), port, folder));
  // The shell ends it when this process is gone, as the pipe is then closed.
  const script = 'exec 3<&0; "$0" -e stderr -p "$1" -c "$2" 2>&1 & p=$!; cat <&3 >/dev/null; kill "$p"; wait "$p"';
  const child = spawn('sh', ['-c', script, nginx, folder, file], { stdio: ['pipe', 'pipe', 'ignore'] });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => {
    if (said.length < 2000) said += chunk.toString('utf8');
  });
  const ended = once(child, 'exit');
  const close = async () => {
    child.stdin.end();
    await ended;
  };
  const origin = `http://127.0.0.1:${port}`;
  const until = performance.now() + startMs;
  while (!(await listens(origin))) {
    if (performance.now() > until || signal.aborted || /\[emerg\]/.test(said)) {
      await close();
      signal.throwIfAborted();
      throw new ShakedownError(
        'CACHING_PROXY',
        `nginx does not serve as a caching proxy: ${said.trim().slice(0, 300) || 'it says nothing'}.`,
      );
    }
    await sleep(50);
  }
  return { origin, close };
}

function configurationOf(target: URL, port: number, folder: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return `daemon off;
${process.getuid?.() === 0 ? 'user root;\n' : ''}worker_processes 1;
pid ${folder}/nginx.pid;
error_log stderr warn;
events { worker_connections 512; }
http {
  ${temporary.map((name) => `${name}_temp_path ${folder}/${name};`).join('\n  ')}
  access_log off;
  proxy_cache_path ${folder}/cache keys_zone=answers:10m max_size=512m inactive=24h use_temp_path=off;
  server {
    listen 127.0.0.1:${port};
    client_max_body_size 0;
    location / {
      proxy_pass ${target.origin};
      proxy_http_version 1.1;
      proxy_set_header Host ${target.host};
      proxy_set_header Connection '';
      proxy_ssl_server_name on;
      proxy_next_upstream off;
      proxy_cache answers;
      proxy_cache_key $request_method$request_uri;
      proxy_cache_bypass $http_authorization;
      proxy_no_cache $http_authorization;
      add_header ${proxyHeader} $upstream_cache_status always;
    }
  }
}
`;
}

async function listens(origin: string): Promise<boolean> {
  return fetch(`${origin}/`, { method: 'OPTIONS', signal: AbortSignal.timeout(1000), redirect: 'manual' }).then(
    () => true,
    () => false,
  );
}
