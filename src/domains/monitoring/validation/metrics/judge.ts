import type { Judged, Recorded } from '../../../part.ts';
import type { Evidence, Of } from './evidence.ts';
import { judgeHygiene } from './judge-hygiene.ts';
import { judgeServer } from './judge-server.ts';
import { judgeTargets } from './judge-targets.ts';
import { judgeUptime } from './judge-uptime.ts';
import { judgeUses } from './judge-uses.ts';
import type { Found, Piece } from './piece.ts';

/** What the metrics of a system are worth. What could not be asked is inconclusive, with the reason. */
export function judge(evidence: readonly Recorded<Evidence>[]): Judged {
  const found: Found = (kind) =>
    evidence.map(({ data }) => data).filter((data): data is Of<typeof kind> => data.kind === kind);
  const pieces: Piece[] = [judgeServer, judgeTargets, judgeUses, judgeHygiene, judgeUptime].map((of) => of(found));
  return {
    checks: pieces.flatMap(({ checks }) => checks),
    figures: pieces.flatMap(({ figures }) => figures ?? []),
    tables: pieces.flatMap(({ tables }) => tables ?? []),
    coverage: pieces.flatMap(({ coverage }) => coverage ?? []),
  };
}
