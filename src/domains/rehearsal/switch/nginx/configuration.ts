import type { Located } from '../where.ts';
import { all, parts, routesOf } from './routes.ts';

export interface NginxFiles {
  port: number;
  /** Unix socket on which it says which configuration serves. */
  socket: string;
  log: string;
  /** For its pid and temporary files. */
  scratch: string;
}

/** What a configuration says of itself, over its socket. */
export interface NginxState {
  /** Counts configurations. */
  generation: number;
  port: number;
  sides: Record<string, Located[]>;
}

/**
 * The configuration of an nginx that is a switch. Which side a request goes to is asked of files, so that traffic is moved without a reload: a reload
 * closes connections that are idle, and a client that sends on one at that moment loses a request. It never sends a request again (`proxy_next_upstream off`), keeps nothing back (no buffering), and
 * opens a connection to an instance for each request: the connections that there are, are the requests under way.
 */
export function nginxConfiguration({ port, socket, log, scratch }: NginxFiles, state: NginxState): string {
  const sides = Object.entries(state.sides).filter(([, members]) => members.length > 0);
  const instances = sides.flatMap(([, members]) =>
    members.map(({ name, address, port: at }) => `    ${hostPort(address, at)} ${name};`),
  );
  const names = sides.map(([side]) => side);
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return `daemon off;
${process.getuid?.() === 0 ? 'user root;\n' : ''}worker_processes 1;
worker_rlimit_nofile 16384;
pid ${scratch}/nginx.pid;
error_log stderr warn;
events { worker_connections 8000; }
http {
  ${temporary.map((name) => `${name}_temp_path ${scratch}/nginx-${name};`).join('\n  ')}
  log_format line escape=json '{"id":"$http_x_request_id","instance":"$instance","status":$status}';
  access_log ${log} line;
  keepalive_timeout 75s;
  keepalive_requests 1000000;
  client_max_body_size 0;
  split_clients $request_id $part {
${partLines()}
  }
  map $upstream_addr $instance {
    default '';
${instances.join('\n')}
  }
  map $http_upgrade $connection_header { default upgrade; '' close; }
${sides.map(([side, members]) => upstream(side, members)).join('\n')}
  server {
    listen 127.0.0.1:${port} backlog=1024;
    set $side nobody;
${routeLines(routesOf(scratch), names)}
    location / {
      if ($side = nobody) { return 503; }
      proxy_pass http://$side;
      proxy_http_version 1.1;
      proxy_next_upstream off;
      proxy_request_buffering off;
      proxy_buffering off;
      proxy_connect_timeout 3s;
      proxy_read_timeout 75s;
      proxy_send_timeout 75s;
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $connection_header;
      add_header X-Shakedown-Instance $instance always;
    }
  }
  server {
    listen unix:${socket};
    access_log off;
    keepalive_timeout 0;
    location = /weights {
      default_type application/json;
      alias ${routesOf(scratch)}/weights.json;
    }
    location / {
      default_type application/json;
      return 200 '${JSON.stringify(state)}';
    }
  }
}
`;
}

/** Parts of the same size, by chance. */
function partLines(): string {
  const last = parts - 1;
  return [...Array.from({ length: last }, (_, part) => `    ${100 / parts}% ${part};`), `    * ${last};`].join('\n');
}

/** Asked twice, as traffic may be moved between one question and the next: then all answers of the second round are of after the move. */
function routeLines(routes: string, sides: readonly string[]): string {
  const asked = sides.flatMap((side) =>
    [all, '$part'].map((which) => `    if (-f ${routes}/${which}.${side}) { set $side ${side}; }`),
  );
  return [...asked, ...asked].join('\n');
}

function upstream(side: string, members: readonly Located[]): string {
  const servers = members.map(({ address, port }) => `    server ${hostPort(address, port)} max_fails=0;`);
  return `  upstream ${side} {\n${servers.join('\n')}\n  }`;
}

function hostPort(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
