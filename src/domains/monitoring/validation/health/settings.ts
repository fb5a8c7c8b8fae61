/** What of a system a health check is about. */
export const subjects = ['api', 'database', 'cache', 'queue', 'external', 'cdn', 'monitoring'] as const;
export type Subject = (typeof subjects)[number];

export const subjectTitles: Record<Subject, string> = {
  api: 'API',
  database: 'database',
  cache: 'cache',
  queue: 'message queue',
  external: 'external services',
  cdn: 'CDN',
  monitoring: 'monitoring stack',
};

interface Common {
  name: string;
  of: Subject;
  timeoutS: number;
}

export interface HttpCheck extends Common {
  kind: 'http';
  url: string;
  headers: Record<string, string>;
  /** null: any status from 200 to 299. */
  status: number | null;
  /** Text that the answer has; null: any. */
  contains: string | null;
  caFile: string | null;
}

export interface TcpCheck extends Common {
  kind: 'tcp';
  host: string;
  port: number;
}

export interface DatabaseLimits {
  /** Of `max_connections`. */
  connectionsPercent: number;
  lockWaitS: number;
  statementS: number;
  idleInTransactionS: number;
  replicationLagS: number;
}

export interface PostgresCheck extends Common {
  kind: 'postgres';
  /** With user and password. */
  url: string;
  limits: DatabaseLimits;
  /** Whether a login with a wrong password is tried, which must be refused. */
  wrongPassword: boolean;
}

export interface RedisCheck extends Common {
  kind: 'redis';
  /** `redis[s]://[user]:password@host:port` */
  url: string;
  memoryPercent: number;
  caFile: string | null;
  wrongPassword: boolean;
}

export interface QueueLimit {
  name: string;
  messagesAtMost: number;
  consumersAtLeast: number;
}

export interface AmqpCheck extends Common {
  kind: 'amqp';
  /** `amqp[s]://user:password@host:port/vhost` */
  url: string;
  queues: QueueLimit[];
  caFile: string | null;
  wrongPassword: boolean;
}

export interface DnsCheck extends Common {
  kind: 'dns';
  host: string;
  type: 'A' | 'AAAA' | 'CNAME' | 'MX' | 'TXT';
  /** `address[:port]`; null: as programs of this machine resolve names, by its hosts file first. */
  server: string | null;
  /** One of the answers has to be among these; empty: any. */
  expect: string[];
}

export interface TlsCheck extends Common {
  kind: 'tls';
  host: string;
  port: number;
  servername: string | null;
  /** A certificate that ends sooner fails. */
  daysLeft: number;
  caFile: string | null;
}

/** A health check as configured, every default filled in. */
export type HealthSetting = HttpCheck | TcpCheck | PostgresCheck | RedisCheck | AmqpCheck | DnsCheck | TlsCheck;
