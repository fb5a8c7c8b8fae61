import { join } from 'node:path';
import { readJournal } from '../../evidence/read-journal.ts';
import { percent } from '../../report-kit/format.ts';
import { evidence as blueGreen } from './blue-green/evidence.ts';
import { evidence as canary } from './canary/evidence.ts';
import { events } from './events.ts';
import { type FoldedRehearsal, RehearsalFold } from './fold.ts';

/** How long a move of the traffic took when it was rehearsed. */
export interface MeasuredMove {
  id: 'blue-green' | 'canary';
  /** Each with how long it took, ms; null: not known. */
  deploy: { what: string; ms: number | null }[];
  rollback: { what: string; ms: number | null }[];
  /** What made the traffic go back by itself, with the limits that it was tried with: sentences without a full stop. */
  triggers: string[];
}

/** @param folder of a run with rehearsals @throws ShakedownError RUN_NOT_FOUND */
export async function measuredMoves(folder: string): Promise<MeasuredMove[]> {
  const fold = new RehearsalFold();
  for await (const event of readJournal(join(folder, 'journal.ndjson'), events, () => {})) fold.add(event);
  const moves = [...fold.rehearsals.values()].map((found) =>
    found.id === 'blue-green' ? ofBlueGreen(found) : found.id === 'canary' ? ofCanary(found) : null,
  );
  return moves.filter((move) => move !== null);
}

function ofBlueGreen({ evidence }: FoldedRehearsal): MeasuredMove {
  const all = evidence.flatMap(({ data }) => blueGreen.safeParse(data).data ?? []);
  const up = all.find((each) => each.kind === 'up');
  const asked = all.find((each) => each.kind === 'asked');
  const moves = all.flatMap((each) => (each.kind === 'move' ? [each] : []));
  const [to, back] = (['switch', 'rollback'] as const).map((purpose) =>
    moves.filter((move) => move.purpose === purpose),
  );
  return {
    id: 'blue-green',
    deploy: [
      { what: 'Bring the candidate up beside the current version', ms: up?.tookMs ?? null },
      { what: 'Move all traffic to it', ms: slowest(to, ({ setMs, stragglersMs }) => setMs + stragglersMs) },
      { what: 'The old side finishes what it has begun', ms: slowest(to, ({ drainMs }) => drainMs) },
    ],
    rollback: [{ what: 'Move all traffic back', ms: slowest(back, ({ setMs, stragglersMs }) => setMs + stragglersMs) }],
    triggers:
      asked === undefined
        ? []
        : [
            `More than ${percent(asked.failedPercent)} of the requests fail while the candidate has the traffic`,
            'An instance of the candidate ends, or is not healthy',
          ],
  };
}

function ofCanary({ evidence }: FoldedRehearsal): MeasuredMove {
  const all = evidence.flatMap(({ data }) => canary.safeParse(data).data ?? []);
  const up = all.find((each) => each.kind === 'up');
  const asked = all.find((each) => each.kind === 'asked');
  const back = all.find((each) => each.kind === 'back');
  const promoted = all.flatMap((each) => (each.kind === 'decision' && each.decision === 'promote' ? [each] : []));
  return {
    id: 'canary',
    deploy: [
      { what: 'Bring the candidate and a control up', ms: up?.tookMs ?? null },
      ...(asked?.steps ?? []).map((share, index) => ({
        what: `Serve ${share} % of the traffic`,
        ms: promoted.find(({ step }) => step === index)?.elapsedMs ?? null,
      })),
    ],
    rollback: [{ what: 'Take the traffic back', ms: back === undefined ? null : back.setMs + back.stragglersMs }],
    triggers:
      asked === undefined
        ? []
        : [
            `The candidate answers ${asked.slowdownPercent} % slower than the control, beyond doubt`,
            `It fails ${asked.failedPoints} points of a percent more of its requests than the control, beyond doubt`,
            `Its memory grows ${asked.memoryMbPerMinute} MB a minute more than the control's`,
            'An instance of it ends, or is not healthy',
          ],
  };
}

/** null: there was none, or of one it is not known. */
function slowest<T>(of: readonly T[] | undefined, time: (one: T) => number | null): number | null {
  const times = (of ?? []).map(time);
  return times.length === 0 || times.includes(null) ? null : Math.max(...times.map(Number));
}
