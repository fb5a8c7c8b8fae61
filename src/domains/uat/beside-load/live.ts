import type { LivePanel } from '../../live.ts';
import { addAttempt, noTally } from '../run/tally.ts';

/** How far the scenarios beside the load are. */
export function live(): LivePanel {
  const all = noTally();
  let round = { title: '', planned: 0, tally: noTally() };
  let hasBegun = false;
  const ended = () => `${all.done} run, ${all.failed} failed, ${all.flaky} flaky`;
  return {
    follow(event) {
      switch (event.type) {
        case 'shakedown.uat.round.started': {
          const { round: number, kind, planned = 0 } = event.data;
          hasBegun = true;
          round = { title: kind === 'quiet' ? 'before the load' : `round ${number}`, planned, tally: noTally() };
          return [];
        }
        case 'shakedown.uat.attempted': {
          const { status, retry, again } = event.data;
          // One that is tried again has not had its last word.
          for (const tally of [all, round.tally]) addAttempt(tally, { status, retry }, again === true ? retry + 1 : 0);
          return [];
        }
        case 'shakedown.uat.round.ended': {
          const { round: number, startMs, endMs, passed, failed, flaky } = event.data;
          if (startMs === null || endMs === null) return [];
          const label = `scenarios, round ${number}: ${passed} of ${passed + failed + flaky} passed`;
          const state = failed > 0 ? 'fail' : flaky > 0 ? 'inconclusive' : 'pass';
          return [{ lane: 'uat', startMs, endMs, label, state }];
        }
        default:
          return null;
      }
    },
    figures(doing) {
      const { title, planned, tally } = round;
      const now = doing === null ? '' : ` · ${doing}`;
      const state = all.failed > 0 ? 'fail' : all.flaky > 0 ? 'inconclusive' : null;
      return [
        {
          name: 'Scenarios',
          value: hasBegun ? `${ended()} · ${title}: ${tally.done} of ${planned}${now}` : null,
          none: 'none in this run',
          ...(state === null ? {} : { state }),
        },
      ];
    },
  };
}
