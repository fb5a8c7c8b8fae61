import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findPgBouncer } from '../../../../src/domains/rehearsal/recovery/clusters/bouncer.ts';
import { openRoom } from '../../../../src/domains/rehearsal/recovery/clusters/room.ts';
import type { Evidence, Of } from '../../../../src/domains/rehearsal/recovery/evidence.ts';
import { ofSwitchover } from '../../../../src/domains/rehearsal/recovery/judge-switchover.ts';
import { switchover } from '../../../../src/domains/rehearsal/recovery/switchover.ts';
import { withTeardown } from '../../../../src/evidence/teardown.ts';
import { trial } from './trial.ts';

const isHere = (await findPgBouncer()) !== null;
const isSwitchover = (piece: Evidence): piece is Of<'switchover'> => piece.kind === 'switchover';

describe('a planned switchover', { timeout: 120_000 }, () => {
  it.skipIf(!isHere)('through PgBouncer loses and fails nothing, and the old primary follows', async () => {
    const seen = await tried();
    expect(seen).toMatchObject({ failed: 0, lost: 0, rejoinedState: 'streaming', error: null });
    expect(seen?.waiting).toBeGreaterThan(0);
    expect(seen?.acknowledgedAfter).toBeGreaterThan(0);
    // How long it takes on a loaded machine is not the question here.
    expect(ofSwitchover(seen && { ...seen, worstMs: Math.min(seen.worstMs, 500) })[0]?.verdict).toBe('pass');
    expect(ofSwitchover(seen && { ...seen, worstMs: 501 })[0]).toMatchObject({ verdict: 'fail' });
  });

  it.skipIf(!isHere)('to a standby that does not catch up fails', async () => {
    const seen = await tried({ standbySettings: { recovery_min_apply_delay: '1h' } });
    expect(ofSwitchover(seen)[0]).toMatchObject({
      verdict: 'fail',
      reason: 'It did not come to its end: the standby did not catch up.',
    });
  });

  it('without PgBouncer is not tried, and with little under way shows nothing', () => {
    const nothing: Of<'switchover'> = {
      ...{ kind: 'switchover', version: null, acknowledged: 0, acknowledgedAfter: 0, waiting: 0, failed: 0, lost: 0 },
      ...{ worstMs: 0, pausedMs: 0, rejoinedState: null, error: null },
    };
    expect(ofSwitchover(nothing)[0]).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringContaining('PgBouncer is not here'),
    });
    expect(ofSwitchover(undefined)[0]?.verdict).toBe('inconclusive');
    const idle = {
      ...nothing,
      version: '1.18.0',
      acknowledged: 500,
      acknowledgedAfter: 200,
      rejoinedState: 'streaming',
    };
    expect(ofSwitchover(idle)[0]).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringContaining('too few'),
    });
    expect(ofSwitchover({ ...idle, waiting: 8 })[0]?.verdict).toBe('pass');
    expect(ofSwitchover({ ...idle, waiting: 8, failed: 1 })[0]?.verdict).toBe('fail');
    expect(ofSwitchover({ ...idle, waiting: 8, lost: 1 })[0]?.verdict).toBe('fail');
  });
});

async function tried(recovery: object = {}): Promise<Of<'switchover'> | undefined> {
  return withTeardown(async (teardown) => {
    const { context, evidence } = await trial(recovery, teardown);
    const room = await openRoom(context.config.rehearsal.recovery, join(context.folder, 'logs'), teardown);
    await withTeardown((own) => switchover({ ...context, teardown: own }, room));
    return evidence.find(isSwitchover);
  });
}
