import { sideNames } from '../traffic-switch.ts';

/** Places for instances of a side: the runtime API can give one an address, and needs no reload. */
export const slotsPerSide = 8;
export const backend = 'shakedown';
/** Where a place is that no instance has. */
export const nowhere = '127.0.0.1:1';

export interface HaproxyFiles {
  port: number;
  socket: string;
  maxConnections?: number;
  /** A cookie ties each client to an instance. */
  sticky?: boolean;
}

/**
 * The configuration of an HAProxy that is a switch. It never sends a request again (`retries 0`, no redispatch): an instance that went away is
 * seen by the client, and counted. The weights are not in it, so a restart gives all traffic to nobody rather than to the wrong side.
 */
export function haproxyConfiguration(where: HaproxyFiles): string {
  const tied = where.sticky === true;
  const servers = sideNames.flatMap((side) =>
    Array.from({ length: slotsPerSide }, (_, i) => {
      const name = `${side}-${i + 1}`;
      return `  server ${name} ${nowhere} weight 0 disabled pool-purge-delay 20s${tied ? ` cookie ${name}` : ''}`;
    }),
  );
  return `global
  stats socket ${where.socket} mode 600 level admin
  maxconn ${where.maxConnections ?? 8000}
  log stdout format raw local0 info
  nbthread 1

defaults
  mode http
  log global
  log-format '{"id":"%[capture.req.hdr(0)]","instance":"%s","status":%ST,"retries":"%rc"}'
  option http-keep-alive
  retries 0
  timeout connect 3s
  timeout client 75s
  timeout server 75s
  timeout http-keep-alive 75s

frontend front
  bind 127.0.0.1:${where.port}
  capture request header x-request-id len 80
  http-after-response set-header x-shakedown-instance %[srv_name]
  default_backend ${backend}

backend ${backend}
  balance roundrobin
  http-reuse safe${tied ? '\n  cookie SHAKEDOWN insert indirect nocache httponly' : ''}
${servers.join('\n')}
`;
}
