import { z } from 'zod';
import { ledgerSchema, type ResolvedLedger, resolveLedger } from './ledger/rules.ts';

const program = z.array(z.string().min(1)).min(1);
const hostPort = z.string().regex(/^[^\s/]+:\d{1,5}$/, 'must be host:port');
const httpUrl = z.string().regex(/^https?:\/\//, 'must be an http:// or https:// URL');

const component = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('process'),
    pid: z.int().positive().optional(),
    pidFile: z.string().min(1).optional().describe('File that holds the pid; read anew for every fault.'),
  }),
  z.strictObject({
    kind: z.literal('link'),
    proxy: z.string().min(1).describe('Name of the proxy in Toxiproxy.'),
    listen: hostPort,
    upstream: hostPort,
    toxiproxyUrl: httpUrl.optional().describe('Of its API; chaos.toxiproxyUrl when absent.'),
  }),
  z.strictObject({
    kind: z.literal('namespace'),
    namespace: z.string().min(1).describe('Network namespace, as in /run/netns.'),
    interface: z.string().min(1),
    peer: hostPort.optional().describe('An address that is reached through the interface, to measure by.'),
  }),
  z.strictObject({ kind: z.literal('folder'), path: z.string().min(1) }),
  z.strictObject({ kind: z.literal('endpoint'), url: httpUrl }),
  z.strictObject({
    kind: z.literal('database'),
    url: z.string().min(1),
    restart: program.optional().describe('Program and arguments that restart it.'),
    failover: program.optional().describe('Program and arguments that make its replica the primary.'),
  }),
  z.strictObject({
    kind: z.literal('workload'),
    context: z.string().min(1).optional(),
    namespace: z.string().min(1),
    selector: z.string().min(1),
  }),
]);

/** What the configuration says of faults. Nothing that it does not name is ever touched. */
export const chaosSchema = z.strictObject({
  components: z.record(z.string().min(1), component).optional().describe('What may be broken, by name.'),
  toxiproxyUrl: httpUrl
    .optional()
    .describe('API of the Toxiproxy that links go through: http://127.0.0.1:8474 when absent.'),
  ledger: ledgerSchema
    .optional()
    .describe('Writes whose fate is followed through the faults; the sample system has its own.'),
  stop: z
    .strictObject({
      errorPercent: z
        .number()
        .min(0)
        .max(100)
        .optional()
        .describe('More requests failing end an experiment; 50 when absent.'),
      forS: z.number().min(1).max(600).optional().describe('For so long, in seconds; 10 when absent.'),
    })
    .optional(),
  noop: z
    .boolean()
    .optional()
    .describe('Negative control: do everything but the faults themselves; each is then reported as not seen.'),
});

export type ChaosSettings = z.output<typeof chaosSchema>;
export type ChaosComponent = z.output<typeof component>;

export interface ResolvedChaos {
  components: Record<string, ChaosComponent>;
  toxiproxyUrl: string;
  ledger: ResolvedLedger | null;
  stop: { errorPercent: number; forMs: number };
  noop: boolean;
}

declare module '../../model/config.ts' {
  interface ResolvedConfig {
    chaos: ResolvedChaos;
  }
}

/** Toxiproxy's own default. */
const usualToxiproxyUrl = 'http://127.0.0.1:8474';

export function resolveChaos(given: ChaosSettings | undefined): ResolvedChaos {
  return {
    components: given?.components ?? {},
    toxiproxyUrl: given?.toxiproxyUrl ?? usualToxiproxyUrl,
    ledger: given?.ledger === undefined ? null : resolveLedger(given.ledger),
    stop: { errorPercent: given?.stop?.errorPercent ?? 50, forMs: 1000 * (given?.stop?.forS ?? 10) },
    noop: given?.noop ?? false,
  };
}
