import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const program = ['nginx', '/usr/sbin/nginx'].find((path) => spawnSync(path, ['-v']).status === 0);

/** Why there is no nginx here; undefined where there is one. */
export const nginxMissing = program === undefined ? 'nginx is not installed (Debian: nginx-light)' : undefined;

export interface Nginx {
  origin: string;
  accessLog: string;
  /** Ends it; its log is written to the end. */
  close(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** nginx in front of an application, with the `main` format of its own packages' nginx.conf. */
export async function startNginx(folder: string, applicationPort: number): Promise<Nginx> {
  mkdirSync(folder, { recursive: true });
  const port = await freePort();
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  writeFileSync(
    join(folder, 'nginx.conf'),
    `daemon off;
worker_processes 1;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log;
events { worker_connections 1024; }
http {
    ${temporary.map((name) => `${name}_temp_path ${folder}/${name};`).join(' ')}
    log_format  main  '$remote_addr - $remote_user [$time_local] "$request" '
                      '$status $body_bytes_sent "$http_referer" '
                      '"$http_user_agent" "$http_x_forwarded_for"';
    access_log  ${folder}/access.log  main;
    upstream application { server 127.0.0.1:${applicationPort}; keepalive 32; }
    server {
        listen 127.0.0.1:${port};
        location / {
            proxy_pass http://application;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_set_header Host $host;
        }
    }
}
`,
  );
  const child = spawn(program ?? 'nginx', ['-p', folder, '-c', join(folder, 'nginx.conf')], { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const origin = `http://127.0.0.1:${port}`;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`nginx did not start: see ${folder}/error.log`);
    if (
      await fetch(`${origin}/static/ready`).then(
        ({ status }) => status === 404,
        () => false,
      )
    )
      break;
    await wait(50);
  }
  return {
    origin,
    accessLog: join(folder, 'access.log'),
    close: async () => {
      child.kill('SIGQUIT');
      await Promise.race([ended, wait(2000)]);
      child.kill('SIGKILL');
      await ended;
    },
  };
}
