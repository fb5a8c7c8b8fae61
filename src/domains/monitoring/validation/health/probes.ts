import { amqpProbe } from './amqp.ts';
import { certificateProbe } from './certificate.ts';
import { dnsProbe } from './dns.ts';
import { httpProbe } from './http.ts';
import { postgresProbe } from './postgres.ts';
import type { Probe } from './probe.ts';
import { redisProbe } from './redis.ts';
import type { HealthSetting } from './settings.ts';
import { tcpProbe } from './tcp.ts';

/** How a check is made, by its kind. */
export function probeOf(check: HealthSetting): Promise<Probe> {
  switch (check.kind) {
    case 'http':
      return httpProbe(check);
    case 'tcp':
      return tcpProbe(check);
    case 'postgres':
      return postgresProbe(check);
    case 'redis':
      return redisProbe(check);
    case 'amqp':
      return amqpProbe(check);
    case 'dns':
      return dnsProbe(check);
    case 'tls':
      return certificateProbe(check);
  }
}
