import { grouped } from '../../../gate/words.ts';
import { duration } from '../../../report-kit/format.ts';
import { type Check, check, type Judged, type Recorded } from '../../part.ts';
import type { Evidence, Mode, Of } from './evidence.ts';
import { ofBackup } from './judge-backup.ts';
import { ofSwitchover } from './judge-switchover.ts';
import { exactly, figures, runbook, type Seen, tables } from './shown.ts';

/** With fewer, a loss shows little. */
const writesAtLeast = 100;
const perSecondAtLeast = 50;

/** What the loss of a database, and its restore, showed. */
export function judge(recorded: readonly Recorded<Evidence>[]): Judged {
  const all = recorded.map(({ data }) => data);
  const of = <K extends Evidence['kind']>(kind: K) => all.filter((each): each is Of<K> => each.kind === kind);
  const [programs] = of('programs');
  if (programs === undefined) {
    return { checks: [check('durable', 'A database recovers', 'inconclusive', 'It was not begun.')], figures: [] };
  }
  const found: Seen = {
    ...{ programs, of },
    in: (kind, mode) =>
      all.find((each): each is Of<typeof kind> => each.kind === kind && 'mode' in each && each.mode === mode),
  };
  return {
    checks: [
      durable(of('durable')),
      control(found),
      ...failover(found, 'asynchronous'),
      ...failover(found, 'synchronous'),
      ...ofSwitchover(of('switchover')[0]),
      ...ofBackup(found),
    ],
    ...{ figures: figures(found), tables: tables(found), runbook: runbook(found) },
  };
}

function durable(all: readonly Of<'durable'>[]): Check {
  const [id, title] = ['durable', 'The primary writes to disk what it acknowledges'];
  if (all.length === 0) return check(id, title, 'inconclusive', 'Its settings were not looked at.');
  const bad = all.find(({ fsync, fullPageWrites }) => fsync !== 'on' || fullPageWrites !== 'on');
  if (bad === undefined) return check(id, title, 'pass', 'fsync and full_page_writes are on.');
  const reason = `fsync is ${bad.fsync} and full_page_writes ${bad.fullPageWrites}: a power cut may lose or damage what was acknowledged.`;
  return check(id, title, 'fail', reason);
}

/** A ledger that sees no loss where there must be one shows nothing elsewhere either. */
function control(found: Seen): Check {
  const [id, title] = ['loss-control', 'Lost writes are seen: what is sent to the standby is held up before the loss'];
  const seen = found.in('failover', 'held-up');
  if (seen === undefined) return check(id, title, 'inconclusive', notTried(found.in('streaming', 'held-up')));
  const { lost, acknowledged, lostSpanMs, heldUpMs } = seen;
  if (lost === null || lost === 0) {
    const reason = `None of ${grouped(acknowledged)} acknowledged writes was seen to be lost, though nothing was sent to the standby for ${exactly(heldUpMs)}.`;
    return check(id, title, 'inconclusive', reason);
  }
  const reason = `Held up for ${exactly(heldUpMs)}, it lost ${grouped(lost)} of ${grouped(acknowledged)} acknowledged writes, of the last ${exactly(lostSpanMs)}.`;
  return check(id, title, 'pass', reason);
}

function failover(found: Seen, mode: Mode): Check[] {
  const name = mode === 'asynchronous' ? 'Asynchronous' : 'Synchronous';
  const looked = found.in('streaming', mode);
  const lost = found.in('failover', mode);
  const about: About = { mode, name, found, lost, because: notTried(looked) };
  return [streaming(about, looked), loss(about), time(about), fenced(about), rejoined(about)];
}

interface About {
  mode: Mode;
  name: string;
  found: Seen;
  lost: Of<'failover'> | undefined;
  /** Why there was no loss, where there was none. */
  because: string;
}

function notTried(looked: Of<'streaming'> | undefined): string {
  return looked?.isReady === false ? 'Not tried, as the standby was not ready.' : 'It was not tried.';
}

function streaming({ mode, name, found }: About, looked: Of<'streaming'> | undefined): Check {
  const [id, title] = [`${mode}-streaming`, `${name}: the standby streams and keeps up before the loss`];
  if (looked === undefined) return check(id, title, 'inconclusive', 'It was not looked at.');
  const { state, syncState, lagMs, lagBytes, isReady, why } = looked;
  const lag = lagMs === null ? 'it shows no write' : `its newest write is ${duration(lagMs)} old`;
  const bytes = lagBytes === null ? '' : `, ${grouped(lagBytes)} bytes are not on its disk`;
  if (isReady) return check(id, title, 'pass', `It streams (${syncState}); under load ${lag}${bytes}.`);
  const reason =
    state === null
      ? `The primary knows no standby. The standby says: ${why}.`
      : state !== 'streaming'
        ? `Its state is ${state}, not streaming.`
        : mode === 'synchronous' && syncState !== 'sync'
          ? `It streams, and no commit waits for it (${syncState}).`
          : `It streams, and ${lag}${bytes}; ${duration(found.programs.lagMs)} are allowed.`;
  return check(
    id,
    title,
    'inconclusive',
    `${reason} A primary that is lost now would show nothing of the replication.`,
  );
}

function loss({ mode, name, found, lost: seen, because }: About): Check {
  const { lostMs } = found.programs;
  const isSynchronous = mode === 'synchronous';
  const id = `${mode}-loss`;
  const title = isSynchronous
    ? `${name}: no acknowledged write is lost`
    : `${name}: no write is lost that was acknowledged more than ${duration(lostMs)} before the loss`;
  if (seen === undefined) return check(id, title, 'inconclusive', because);
  const { acknowledged, perSecond, lost, lostSpanMs, lostAfter, acknowledgedAfter } = seen;
  if (lost === null) return check(id, title, 'inconclusive', 'No cluster could be asked which writes are there.');
  if (lostAfter > 0) {
    const reason = `${grouped(lostAfter)} of ${grouped(acknowledgedAfter)} writes that the new primary acknowledged are not there.`;
    return check(id, title, 'fail', reason);
  }
  const of = `of ${grouped(acknowledged)} acknowledged writes (${Math.round(perSecond)}/s)`;
  const span = `${grouped(lost)} ${of} ${lost === 1 ? 'is' : 'are'} lost, acknowledged in the last ${exactly(lostSpanMs)} before the loss`;
  if (lost > 0 && (isSynchronous || lostSpanMs > lostMs)) return check(id, title, 'fail', `${span}.`);
  if (acknowledged < writesAtLeast || perSecond < perSecondAtLeast) {
    const reason = `Only ${grouped(acknowledged)} writes were acknowledged (${Math.round(perSecond)}/s); ${writesAtLeast} and ${perSecondAtLeast}/s are needed.`;
    return check(id, title, 'inconclusive', reason);
  }
  if (lost === 0 && control(found).verdict !== 'pass') {
    const reason = `None ${of} was seen to be lost, and it was not shown that lost writes are seen.`;
    return check(id, title, 'inconclusive', reason);
  }
  if (isSynchronous) {
    const settings = found.of('durable').find(({ cluster }) => cluster === mode);
    const waits = settings !== undefined && /^(on|remote_apply)$/.test(settings.synchronousCommit);
    if (!waits || settings.synchronousStandbyNames === '') {
      return check(id, title, 'inconclusive', 'Commits did not wait for the standby.');
    }
    return check(id, title, 'pass', `None ${of} is lost.`);
  }
  const reason =
    lost > 0
      ? `${span}. Asynchronous replication acknowledges a write before the standby has it.`
      : `None ${of} is lost this time. That is no promise: asynchronous replication acknowledges a write before the standby has it.`;
  return check(id, title, 'pass', reason);
}

function time({ mode, name, found, lost, because }: About): Check {
  const { firstWriteMs: wanted, promotionMs } = found.programs;
  const id = `${mode}-time`;
  const title = `${name}: a write is acknowledged again within ${duration(wanted)}`;
  if (lost === undefined) return check(id, title, 'inconclusive', because);
  const { detectedMs, promotedMs, firstWriteMs, error } = lost;
  if (firstWriteMs === null) {
    const why = promotedMs === null ? 'the standby did not become primary' : 'the new primary took no write';
    const reason = `None in ${duration(promotionMs)} after the loss: ${why}${error === null ? '' : ` (${error})`}.`;
    return check(id, title, 'fail', reason);
  }
  const parts = [
    `seen by a client after ${exactly(detectedMs ?? 0)}`,
    `promoted after ${exactly(promotedMs ?? 0)}`,
    `first write acknowledged after ${exactly(firstWriteMs)}`,
  ];
  const reason = `${parts.join(', ')}. What decides on the promotion in production adds its own time.`;
  return check(id, title, firstWriteMs <= wanted ? 'pass' : 'fail', reason.replace(/^s/, 'S'));
}

function fenced({ mode, name, found, because }: About): Check {
  const [id, title] = [`${mode}-fenced`, `${name}: the old primary takes no write when it comes back`];
  const all = found.of('fence');
  const own = all.find((each) => each.mode === mode && each.on === 'old primary');
  const control = all.find(({ on }) => on === 'copy');
  if (own === undefined) return check(id, title, 'inconclusive', because);
  if (own.accepted > 0) {
    const reason = `It accepted ${own.accepted} of ${own.tried} writes of a client that still knows its address: two primaries.`;
    return check(id, title, 'fail', reason);
  }
  if (control === undefined || control.accepted === 0) {
    const why = control === undefined ? 'was not tried' : `took none either (${control.why})`;
    return check(id, title, 'inconclusive', `It took none, and a copy of it without a fence ${why}.`);
  }
  const copy = control.mode === mode ? 'A copy without a fence' : `In the ${control.mode} part a copy without a fence`;
  const reason = `None of ${own.tried} writes of a client that still knows its address: ${own.why}. ${copy} took ${control.accepted} of ${control.tried}.`;
  return check(id, title, 'pass', reason);
}

function rejoined({ mode, name, found, because }: About): Check {
  const [id, title] = [`${mode}-rejoined`, `${name}: the old primary rejoins as a standby`];
  const seen = found.in('rejoined', mode);
  if (seen === undefined) return check(id, title, 'inconclusive', because);
  const { by, without, tookMs, state, missing, extra, error } = seen;
  if (error !== null) return check(id, title, 'fail', `By ${by}: ${error}.`);
  if (state !== 'streaming')
    return check(id, title, 'fail', `By ${by}: its state is ${state ?? 'unknown'}, not streaming.`);
  if (missing > 0) return check(id, title, 'fail', `By ${by}: it streams and lacks ${grouped(missing)} writes.`);
  if (extra > 0) {
    const reason = `By ${by}: it has ${grouped(extra)} writes that the new primary has not.`;
    return check(id, title, 'fail', reason);
  }
  const why = without === '' ? '' : ` (${without})`;
  return check(id, title, 'pass', `By ${by}${why}, in ${duration(tookMs)}; it streams and has every write.`);
}
