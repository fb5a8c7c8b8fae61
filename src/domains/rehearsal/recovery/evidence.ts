import { z } from 'zod';

const count = z.int().nonnegative();
const milliseconds = z.number().nonnegative();
const text = z.string();
/** How a commit waits for the standby. `held-up`: not at all, and what is sent to the standby is held up before the loss; a control. */
const mode = z.enum(['asynchronous', 'synchronous', 'held-up']);

export const evidence = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('programs'),
    /** `PostgreSQL 18.4`, and where it is from. */
    version: text,
    from: text,
    /** Versions; null: not found, and done without. */
    basebackup: text.nullable(),
    rewind: text.nullable(),
    verifybackup: text.nullable(),
    /** What is wanted. */
    firstWriteMs: milliseconds,
    promotionMs: milliseconds,
    lostMs: milliseconds,
    lagMs: milliseconds,
    writesPerSecond: count,
  }),
  /** What the primary itself says of its settings. */
  z.object({
    kind: z.literal('durable'),
    cluster: text,
    fsync: text,
    fullPageWrites: text,
    synchronousCommit: text,
    synchronousStandbyNames: text,
  }),
  /** The standby before the primary is lost, under load. */
  z.object({
    kind: z.literal('streaming'),
    mode,
    /** Of pg_stat_replication; null: the primary knows no standby. */
    state: text.nullable(),
    syncState: text.nullable(),
    /** What the standby has not yet on disk. */
    lagBytes: z.number().nullable(),
    /** Age of the newest write that it shows; null: it shows none. */
    lagMs: z.number().nullable(),
    /** Streaming, keeping up, and of the right kind. */
    isReady: z.boolean(),
    /** The last line of its log, where it is not. */
    why: text,
  }),
  z.object({
    kind: z.literal('failover'),
    mode,
    /** Writes that the old primary acknowledged, and how many that were in a second. */
    acknowledged: count,
    perSecond: z.number().nonnegative(),
    /** How long the standby was sent nothing before the loss. */
    heldUpMs: milliseconds,
    /** Of PostgreSQL, that were killed at once. */
    processes: count,
    /** From the loss: until a client saw it, until the standby was primary, until a write was acknowledged; null: never. */
    detectedMs: milliseconds.nullable(),
    promotedMs: milliseconds.nullable(),
    firstWriteMs: milliseconds.nullable(),
    /** Acknowledged by the old primary and not on the new one; null: it could not be looked at. */
    lost: count.nullable(),
    /** How long before the loss the first of these was acknowledged. */
    lostSpanMs: milliseconds,
    /** Sent and neither acknowledged nor refused, and how many of these are there. */
    unknown: count,
    unknownThere: count,
    acknowledgedAfter: count,
    lostAfter: count,
    error: text.nullable(),
  }),
  /** Writes by a client that still knows the address of the old primary, once that runs again. */
  z.object({
    kind: z.literal('fence'),
    mode,
    /** `copy`: a copy of it without a fence, which shows that such writes would be seen. */
    on: z.enum(['old primary', 'copy']),
    tried: count,
    accepted: count,
    /** Why they were refused; empty: none was. */
    why: text,
  }),
  z.object({
    kind: z.literal('rejoined'),
    mode,
    by: z.enum(['pg_rewind', 'base backup']),
    /** Why pg_rewind was not used; empty: it was. */
    without: text,
    tookMs: milliseconds,
    state: text.nullable(),
    /** Writes of the new primary that it has not, and writes that it has and the new primary has not. */
    missing: count,
    extra: count,
    error: text.nullable(),
  }),
  /** A planned exchange of primary and standby, with clients that PgBouncer holds back. */
  z.object({
    kind: z.literal('switchover'),
    /** Of PgBouncer; null: it is not here, so nothing was tried. */
    version: text.nullable(),
    acknowledged: count,
    /** Sent after clients went on. */
    acknowledgedAfter: count,
    /** Sent before clients went on and acknowledged after. */
    waiting: count,
    /** Writes and connections. */
    failed: count,
    /** Acknowledged and not on the new primary. */
    lost: count,
    /** The longest that a write took, and how long clients were held back. */
    worstMs: milliseconds,
    pausedMs: milliseconds,
    /** Of the old primary, as the new one knows it; null: it does not know it. */
    rejoinedState: text.nullable(),
    error: text.nullable(),
  }),
  z.object({
    kind: z.literal('backup'),
    by: z.enum(['pg_basebackup', 'pg_backup_start']),
    tookMs: milliseconds,
    files: count,
    bytes: count,
    /** Writes that were acknowledged meanwhile. */
    writes: count,
  }),
  /** Whether a backup is what its manifest says. */
  z.object({
    kind: z.literal('verified'),
    /** `damaged`: a copy in which one byte was changed. */
    what: z.enum(['backup', 'damaged']),
    by: z.enum(['manifest', 'pg_verifybackup']),
    files: count,
    problems: z.array(text),
    /** Where the byte was changed; empty: nowhere. */
    changed: text,
  }),
  z.object({
    kind: z.literal('restored'),
    /** The moment before the mistake; or one after that restore, from the same backup, so that two timelines are replayed. */
    of: z.enum(['mistake', 'new timeline']),
    /** That it is on afterwards; 0: not known. */
    timeline: count,
    /** WAL files that were archived until then. */
    archived: count,
    copyMs: milliseconds,
    replayMs: milliseconds,
    /** Acknowledged before the moment, and deleted after it; sent after it. */
    before: count,
    missing: count,
    after: count,
    extra: count,
    error: text.nullable(),
  }),
]);

export type Evidence = z.output<typeof evidence>;
export type Of<K extends Evidence['kind']> = Extract<Evidence, { kind: K }>;
export type Mode = z.output<typeof mode>;
