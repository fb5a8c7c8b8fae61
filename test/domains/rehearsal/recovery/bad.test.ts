import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Room } from '../../../../src/domains/rehearsal/recovery/clusters/cluster.ts';
import { openRoom } from '../../../../src/domains/rehearsal/recovery/clusters/room.ts';
import type { Evidence, Mode } from '../../../../src/domains/rehearsal/recovery/evidence.ts';
import { type Context, failover } from '../../../../src/domains/rehearsal/recovery/failover.ts';
import { judge } from '../../../../src/domains/rehearsal/recovery/judge.ts';
import { restore } from '../../../../src/domains/rehearsal/recovery/restore.ts';
import { withTeardown } from '../../../../src/evidence/teardown.ts';
import { said } from '../database/trial.ts';
import { trial } from './trial.ts';

describe('a database that cannot recover', { timeout: 120_000 }, () => {
  it('for its standby does not stream is not lost, and shows nothing', async () => {
    const settings = { max_wal_senders: '0' };
    const checks = await tried({ settings, streamingMs: 1500 }, (context, room) =>
      failover(context, room, 'asynchronous'),
    );
    expect(said(checks, 'asynchronous-streaming')).toMatch(
      /^inconclusive: The primary knows no standby\. The standby says: .*(max_wal_senders|standby connections)/,
    );
    for (const id of ['loss', 'time', 'fenced', 'rejoined'])
      expect(said(checks, `asynchronous-${id}`)).toBe('inconclusive: Not tried, as the standby was not ready.');
  });

  it.each<Mode>(['asynchronous', 'synchronous'])('for its standby lags is not lost, %s', async (mode) => {
    const standbySettings = { recovery_min_apply_delay: '1h' };
    const checks = await tried({ standbySettings, streamingMs: 1500, settleMs: 800, lagMs: 300 }, (context, room) =>
      failover(context, room, mode),
    );
    expect(said(checks, `${mode}-streaming`)).toMatch(
      /^inconclusive: It streams, and it shows no write.*300\sms are allowed/,
    );
    expect(said(checks, `${mode}-loss`)).toBe('inconclusive: Not tried, as the standby was not ready.');
  });

  it('for the promotion never comes fails', async () => {
    const stopped: number[] = [];
    const checks = await tried(
      { promotionMs: 2000, settleMs: 1000 },
      (context, room) => failover(context, room, 'asynchronous'),
      ({ text }) => {
        if (!text.includes('the primary is lost')) return;
        // What replays the WAL, and ends with the promotion.
        stopped.push(...processesOf('shakedown-asynchronous-standby: startup'));
        for (const pid of stopped) process.kill(pid, 'SIGSTOP');
      },
    );
    expect(stopped).toHaveLength(1);
    expect(said(checks, 'asynchronous-time')).toMatch(
      /^fail: None in 2\ss after the loss: the standby did not become primary/,
    );
    expect(said(checks, 'asynchronous-fenced')).toMatch(/^inconclusive/);
  });

  it('without losing what it acknowledged fails, and says how much', async () => {
    const checks = await tried({ lostMs: 20, settleMs: 1000 }, (context, room) =>
      failover({ ...context, record: (piece) => context.record(asAsynchronous(piece)) }, room, 'held-up'),
    );
    expect(said(checks, 'asynchronous-loss')).toMatch(
      /^fail: \d+ of \d+ acknowledged writes \(\d+\/s\) are lost, acknowledged in the last \d{3}\sms before the loss/,
    );
  });

  it('for its backup is damaged fails', async () => {
    const damaged = await tried({}, (context, room) => {
      const record = (piece: Evidence) =>
        context.record(piece.kind === 'verified' && piece.what === 'damaged' ? { ...piece, what: 'backup' } : piece);
      return restore({ ...context, record }, room);
    });
    expect(said(damaged, 'backup-verified')).toMatch(/^fail: By Shakedown.*: base\/\d+\/\d+ has another checksum\.$/);
    expect(said(damaged, 'backup-control')).toBe('inconclusive: It was not tried.');
    expect(said(damaged, 'restored')).toBe('pass');
  });

  it('for a WAL file is missing from its archive fails', async () => {
    let archive = '';
    const checks = await tried(
      {},
      (context, room) => {
        archive = join(room.folder, 'archive');
        return restore(context, room);
      },
      ({ text }) => {
        if (text !== 'backup: the server is lost') return;
        const last = readdirSync(archive)
          .filter((name) => /^[0-9A-F]{24}$/.test(name))
          .sort()
          .at(-1);
        rmSync(join(archive, last ?? ''));
      },
    );
    expect(said(checks, 'restored')).toMatch(
      /^fail: It could not be restored: recovery ended before configured recovery target/,
    );
    expect(said(checks, 'backup-verified')).toBe('pass');
  });
});

const asAsynchronous = (piece: Evidence): Evidence => ('mode' in piece ? { ...piece, mode: 'asynchronous' } : piece);

/** Does a part of the rehearsal on clusters of its own. @returns the checks that its evidence comes to */
async function tried(
  recovery: object,
  work: (context: Context, room: Room) => Promise<void>,
  onMark?: Parameters<typeof trial>[2],
) {
  return withTeardown(async (teardown) => {
    const { context, evidence } = await trial(recovery, teardown, onMark);
    const asked = context.config.rehearsal.recovery;
    const room = await openRoom(asked, context.folder, teardown);
    const { version } = room.programs;
    context.record({
      ...{ kind: 'programs', version, from: '', basebackup: null, rewind: null, verifybackup: null },
      ...{ firstWriteMs: 30_000, promotionMs: asked.promotionMs, lostMs: asked.lostMs, lagMs: asked.lagMs },
      writesPerSecond: asked.writesPerSecond,
    });
    await withTeardown((own) => work({ ...context, teardown: own }, room));
    return judge(evidence.map((data) => ({ atMs: 0, data }))).checks;
  });
}

function processesOf(title: string): number[] {
  return readdirSync('/proc').flatMap((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(title) ? [Number(pid)] : [];
    } catch {
      return [];
    }
  });
}
