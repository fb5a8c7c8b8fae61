import { check } from '../../../part.ts';
import type { Of } from './evidence.ts';
import { checkOfMany, troubleOf } from './finding.ts';
import type { Found, Piece } from './piece.ts';

/** Clocks of machines that ask a time server are closer than that. */
const clockApartMs = 5000;
const dayS = 86_400;

const lossWords: Record<string, string> = {
  prometheus_target_scrapes_exceeded_sample_limit_total: 'scrapes were dropped for their number of samples',
  prometheus_target_scrapes_exceeded_body_size_limit_total: 'scrapes were dropped for their size',
  prometheus_target_scrapes_sample_duplicate_timestamp_total:
    'samples were dropped because two targets or lines give the same series',
  prometheus_target_scrapes_sample_out_of_order_total: 'samples were dropped because they came in the wrong order',
  prometheus_target_scrapes_sample_out_of_bounds_total: 'samples were dropped because of their time',
  prometheus_rule_evaluation_failures_total: 'evaluations of rules failed',
  prometheus_rule_group_iterations_missed_total: 'evaluations of rules were left out, as the last took too long',
  prometheus_notifications_dropped_total: 'notifications to Alertmanager were dropped',
  prometheus_tsdb_wal_corruptions_total: 'times its write-ahead log was damaged',
};

/** The Prometheus itself: its retention, its clock, what it lost. */
export function judgeServer(found: Found): Piece {
  const [server] = found('server');
  const troubles = found('trouble');
  if (server === undefined) {
    const reason = 'The Prometheus was not asked.';
    return { checks: [check('server', 'The Prometheus answers', 'inconclusive', reason)] };
  }
  const { retention, retentionS, hasSizeLimit, required, reloadOk, clockAheadMs, clockWithinMs } = server;
  const days = retentionS === null ? null : retentionS / dayS;
  const isLong = days !== null && days >= required.retentionDays;
  const apart = clockAheadMs === null ? null : Math.max(0, Math.abs(clockAheadMs) - (clockWithinMs ?? 0));
  return {
    figures: [
      { name: 'Prometheus', value: server.version ?? 'version not known' },
      { name: 'Retention', value: retention ?? 'not known' },
    ],
    checks: [
      checkOfMany('retention', 'Samples are kept as long as required', {
        wrong:
          days !== null && !isLong
            ? [`they are kept for ${rounded(days)} days, and ${required.retentionDays} are required`]
            : [],
        open:
          isLong && hasSizeLimit
            ? [`they are kept for ${rounded(days)} days unless their size is limited first (${retention})`]
            : [],
        none: days === null ? (troubleOf(troubles, 'runtime', 'retention') ?? 'it does not say how long') : null,
        fine: `they are kept for ${rounded(days ?? 0)} days, and ${required.retentionDays} are required`,
      }),
      checkOfMany('reload', 'Its configuration is the one that was written', {
        wrong: reloadOk === false ? ['its last reload failed, so it goes on with an older configuration'] : [],
        open: [],
        none:
          reloadOk === null
            ? (troubleOf(troubles, 'runtime') ?? 'it does not say whether its last reload worked')
            : null,
        fine: 'its last reload worked',
      }),
      checkOfMany('clock', 'Its clock agrees with ours', {
        wrong:
          apart !== null && apart > clockApartMs
            ? [`it is ${rounded(Math.abs(clockAheadMs ?? 0) / 1000)} s ${(clockAheadMs ?? 0) > 0 ? 'ahead' : 'behind'}`]
            : [],
        open: [],
        none: apart === null ? (troubleOf(troubles, 'clock') ?? 'it gives no time') : null,
        fine: `they are apart by ${rounded((apart ?? 0) / 1000)} s at the most`,
      }),
      lostChecks(server, troubleOf(troubles, 'lost samples') ?? 'it does not say'),
    ],
  };
}

/**
 * What was lost while it was looked at fails. What was lost before, since it was started, is of a moment that is not known; of a Prometheus that was
 * started for this, it is of the time before it had found everything.
 */
function lostChecks({ lost, lostMeanwhile, isOwn }: Of<'server'>, why: string) {
  const words = (counts: Record<string, number> | null, when: string) =>
    Object.entries(counts ?? {})
      .filter(([, count]) => count > 0)
      .map(([name, count]) => `${lossWords[name] ?? name}: ${count} ${when}`);
  return checkOfMany('lost', 'It loses no samples, evaluations or notifications', {
    wrong: words(lostMeanwhile, 'while it was looked at'),
    open: isOwn ? [] : words(lost, 'since it was started'),
    none: lost === null || lostMeanwhile === null ? why : null,
    fine: isOwn ? 'its own counters of them stood still' : 'its own counters of them are 0',
  });
}

function rounded(value: number): string {
  return String(Math.round(10 * value) / 10);
}
