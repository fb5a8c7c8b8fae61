import type { HypothesisCheck } from '../../../model/chaos.ts';
import { colorOf, mark } from '../../../report-kit/terminal/marks.ts';
import type { Terminal } from '../../../report-kit/terminal/terminal.ts';
import { readable, shortened } from '../../../report-kit/text.ts';
import type { ActivityEvent, ExperimentEvents } from '../experiment/events.ts';

/** Shows an experiment while it runs, a line for each thing that happens, on stderr. */
export function experimentView(terminal: Terminal): ExperimentEvents {
  const { errColors: colors, unicode } = terminal;
  const { bold, dim, yellow } = colors;
  const startedMs = performance.now();
  const line = (sign: string, text: string) => {
    const elapsed = `${((performance.now() - startedMs) / 1000).toFixed(1)}s`.padStart(7);
    const room = Math.max(40, terminal.errColumns()) - 12;
    terminal.err(`${dim(elapsed)} ${sign} ${shortened(readable(text), room)}\n`);
  };
  const verdictMark = (verdict: 'pass' | 'fail' | 'inconclusive') => colorOf(verdict, colors)(mark(verdict, unicode));
  const arrow = dim(unicode ? '▸' : '>');
  return {
    started({ title, hypothesis, rollbacks }) {
      terminal.err(`${bold(readable(title))}\n`);
      terminal.err(dim(`        hypothesis checked: ${hypothesis}, rollbacks played: ${rollbacks}\n`));
    },
    hypothesis(check) {
      line(verdictMark(check.met ? 'pass' : 'fail'), hypothesisLine(check));
    },
    activity(activity) {
      const text = activityLine(activity);
      if (text === null) return;
      if (activity.state === 'started' || activity.state === 'pausing') line(arrow, text);
      else line(activity.state === 'succeeded' ? verdictMark('pass') : verdictMark('fail'), text);
    },
    stage: (stage) => line(' ', bold(stage)),
    warning: (text) => line(yellow('!'), text),
    ended({ verdict, reason }) {
      const words = { pass: 'PASS', fail: 'FAIL', inconclusive: 'INCONCLUSIVE' };
      terminal.err(`${verdictMark(verdict)} ${colorOf(verdict, colors)(words[verdict])} ${readable(reason)}\n`);
    },
  };
}

function hypothesisLine({ phase, met, deviating }: HypothesisCheck): string {
  return met ? `steady state ${phase}: met` : `steady state ${phase}: not met, ${deviating ?? ''}`;
}

/** Probes of the hypothesis are shown by their check. */
function activityLine({ place, type, name, background, state, seconds, detail }: ActivityEvent): string | null {
  if (place === 'hypothesis') return null;
  const what = `${type} ${name}${background ? ' (in the background)' : ''}`;
  if (state === 'pausing') return `${what}: a pause of ${seconds} s`;
  if (state === 'started') return what;
  const after = seconds === null ? '' : ` after ${seconds.toFixed(2)} s`;
  const given = detail === null ? '' : `: ${detail}`;
  return state === 'succeeded' ? `${what}: done${after}${given}` : `${what}: ${state}${after}${given}`;
}
