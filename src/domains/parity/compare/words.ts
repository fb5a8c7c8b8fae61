import type { Aspect } from '../descriptor/aspects.ts';
import type { Item } from '../descriptor/format.ts';

/** What a difference in it can hide, and what to do about it. */
const ofAspects: Readonly<Record<Aspect, { risk: string; remedy: string }>> = {
  instances: {
    risk: 'Load, failover and what instances must share are tried on another number of them than production has.',
    remedy: 'Run as many, or declare the scaling with a ratio rule.',
  },
  autoscaling: {
    risk: 'Production may scale at another load, or not at all: peaks that staging withstands can overload it, or the reverse.',
    remedy: 'Give both the same bounds and triggers, scaled by a declared ratio.',
  },
  cpu: {
    risk: 'Response times and capacity that are measured here do not hold in production; throttling shows on one side only.',
    remedy: 'Give both the same requests and limits.',
  },
  memory: {
    risk: 'Running out of memory, garbage collection and caching behave in another way than in production.',
    remedy: 'Give both the same requests and limits.',
  },
  storage: {
    risk: 'Disk latency, throughput and room differ: writes that are quick here may be slow in production.',
    remedy: 'Use the same storage class and size.',
  },
  'load-balancer': {
    risk: 'Timeouts, routing, affinity and limits of requests are not tried as production has them.',
    remedy: "Apply production's definition to staging.",
  },
  cdn: {
    risk: 'Caching and headers at the edge are not tried: stale or private content can be served in production only.',
    remedy: "Put staging behind the same CDN with production's rules, or stand in for it.",
  },
  network: {
    risk: 'What may reach what differs: a call that works here can be refused in production, or a way in is open on one side.',
    remedy: 'Apply the same rules to both.',
  },
  tls: {
    risk: 'Clients that connect here may fail in production, or production accepts what was not tried.',
    remedy: 'Use the same protocol versions, issuer and kind of key.',
  },
  http: {
    risk: 'Browsers and caches get other headers or protocols than in production, so they behave in another way.',
    remedy: 'Serve both with the same configuration of server and proxy.',
  },
  dns: {
    risk: 'Names resolve in another way: failover and the balance between addresses are not tried.',
    remedy: "Make staging's records like production's.",
  },
  database: {
    risk: 'Queries, locks, failover and durability behave in another way than in production.',
    remedy: "Apply production's settings and topology to staging's database.",
  },
  backup: {
    risk: 'Recovery as tried here is not the one that production has.',
    remedy: 'Set backups up alike, and rehearse the recovery.',
  },
  version: {
    risk: 'Another version runs than in production: its faults are not found here, or others are.',
    remedy: 'Deploy the same version, pinned by digest.',
  },
  configuration: {
    risk: 'The system takes other ways through its code than in production.',
    remedy: 'Set it alike, or declare why it must differ.',
  },
  flag: {
    risk: 'Users of production get features that were not tried, or the other way round.',
    remedy: 'Serve the same flags while validating.',
  },
  environment: {
    risk: 'The program is told something else than in production.',
    remedy: 'Set the variable alike on both sides, or declare why it must differ.',
  },
  'time-zone': {
    risk: 'Times, days and schedules shift: what runs at midnight runs at another moment.',
    remedy: 'Set the same time zone, best UTC, on both sides.',
  },
  limit: {
    risk: 'Where production reaches a limit, staging does not, or earlier.',
    remedy: 'Set the same limits.',
  },
};

export type DifferenceKind = 'differs' | 'missing' | 'extra';

export function risk(aspect: Aspect, kind: DifferenceKind): string {
  const { risk: usual } = ofAspects[aspect];
  if (kind === 'missing') return `Production has it and staging has not. ${usual}`;
  if (kind === 'extra') return `Staging has it and production has not. ${usual}`;
  return usual;
}

export function remedy(aspect: Aspect, kind: DifferenceKind, isSecret: boolean): string {
  if (isSecret && kind === 'differs') {
    return 'Where each environment is to have a secret of its own, say so with the rule `different` or `present`; else set it alike.';
  }
  if (kind === 'missing') return `Add it to staging. ${ofAspects[aspect].remedy}`;
  if (kind === 'extra') return `Take it out of staging, or bring it to production first. ${ofAspects[aspect].remedy}`;
  return ofAspects[aspect].remedy;
}

const shownCharacters = 120;

/** A side of a difference. Secrets are shown by the first letters of their hash. */
export function shownItem(item: Item | undefined): string {
  if (item === undefined || item.state === 'absent') return 'not there';
  const of = item.state === 'default' ? ' (by default)' : '';
  if (item.secret) return item.value === null ? `a secret${of}` : `a secret, ${String(item.value).slice(0, 20)}…${of}`;
  if (item.value === null) return item.state === 'default' ? 'the default' : 'not known';
  const text = Array.isArray(item.value)
    ? item.value.join(', ') || 'nothing'
    : String(item.value) === ''
      ? 'empty'
      : String(item.value);
  const clean = text.replace(/[\p{Cc}\p{Cf}]/gu, '�');
  const cut = clean.length > shownCharacters ? `${clean.slice(0, shownCharacters)}…` : clean;
  return `${/^[\d.]+$/.test(cut) ? counted(cut, item.unit) : cut}${of}`;
}

/** A number with what it counts; sizes by the largest unit that shows them exactly. */
function counted(text: string, unit: Item['unit']): string {
  if (unit === 'bytes') {
    const bytes = Number(text);
    const power = [4, 3, 2, 1].find((each) => bytes >= 1024 ** each && bytes % 1024 ** each === 0) ?? 0;
    return power === 0 ? `${text} bytes` : `${bytes / 1024 ** power}${['', 'Ki', 'Mi', 'Gi', 'Ti'][power]}`;
  }
  return `${text}${{ cores: ' cores', seconds: ' s', percent: ' %', count: '', text: '' }[unit]}`;
}
