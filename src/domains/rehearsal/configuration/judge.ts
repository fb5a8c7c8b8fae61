import { grouped } from '../../../gate/words.ts';
import { duration } from '../../../report-kit/format.ts';
import { type Check, check, type Judged, type Recorded } from '../../part.ts';
import { baseline, ofMoves } from '../blue-green/judge.ts';
import { movesTable, notTriedTable } from '../blue-green/shown.ts';
import { requestChecks } from '../witness/checks.ts';
import type { Evidence, Seen } from './evidence.ts';

type Of<K extends Evidence['kind']> = Extract<Evidence, { kind: K }>;

/** What a rehearsal of a configuration shows. */
export function judge(recorded: readonly Recorded<Evidence>[]): Judged {
  const all = recorded.map(({ data }) => data);
  const of = <K extends Evidence['kind']>(kind: K) => all.filter((each): each is Of<K> => each.kind === kind);
  const [declared] = of('declared');
  const [up] = of('up');
  const [asked] = of('asked');
  const [requests] = of('requests');
  const [trigger] = of('trigger');
  const moves = of('move');
  const seen = of('seen');
  const hasProbe = of('no-probe').length === 0;
  const stopped = declared === undefined || declared.error !== null || (declared.problems?.length ?? 0) > 0;
  const checks = [...ofDeclared(declared), drift(seen, declared, hasProbe)];
  if (!stopped && declared.file !== null) checks.push(...ofApplied(up));
  if (up?.error === null) {
    checks.push(
      inForce(seen, hasProbe),
      back(seen, hasProbe),
      ...baseline(of('baseline')[0]),
      ...requestChecks(requests),
      ...ofMoves(moves, asked),
      printed(of('printed')[0], declared),
    );
    if (trigger !== undefined)
      checks.push(check('served', 'Instances serve with it', 'fail', `${trigger.reason} The traffic went back.`));
  }
  const changes = declared?.changes ?? [];
  return {
    checks,
    figures: [
      { name: 'Settings changed', value: grouped(changes.length) },
      ...(requests === undefined
        ? []
        : [
            { name: 'Requests', value: grouped(requests.sent) },
            { name: 'Failed', value: grouped(requests.failed) },
          ]),
    ],
    tables: [
      {
        title: 'What changes',
        head: ['Setting', 'Now', 'New'],
        rows: changes.map(({ at, before, after }) => [at, before, after]),
        figures: 0,
      },
      ...(moves.length === 0 ? [] : [movesTable(moves)]),
      ...notTriedTable(asked),
    ],
    ...(up?.error === null && moves.length > 1
      ? {
          runbook: [
            `Bring up instances with the new configuration beside the old ones: ${duration(up.tookMs)}.`,
            'Ask each of them what is in force.',
            `Move all traffic to them: ${duration((moves[0]?.setMs ?? 0) + (moves[0]?.stragglersMs ?? 0))}.`,
            `If anything is wrong, move it back: ${duration((moves[1]?.setMs ?? 0) + (moves[1]?.stragglersMs ?? 0))}.`,
          ],
        }
      : {}),
  };
}

function ofDeclared(declared: Of<'declared'> | undefined): Check[] {
  const [id, title] = ['rendered', 'The configuration can be rendered'];
  if (declared === undefined) return [check(id, title, 'inconclusive', 'It was not rendered.')];
  const { file, error, problems, schemaError, presentError, changes, secrets } = declared;
  if (file === null)
    return [check(id, title, 'inconclusive', 'No configuration is named by rehearsal.configuration.file.')];
  if (error !== null) return [check(id, title, 'fail', error)];
  const [problem] = problems ?? [];
  const valid =
    problems === null
      ? check('valid', 'Its schema allows it', 'inconclusive', `It was not checked: ${schemaError}.`)
      : problem !== undefined
        ? check(
            'valid',
            'Its schema allows it',
            'fail',
            `${grouped(problems.length)} places are wrong, first ${problem}. Nothing was changed.`,
          )
        : check('valid', 'Its schema allows it', 'pass', 'Every setting is as its schema says.');
  const changed =
    presentError !== null
      ? check('changed', 'It changes something', 'inconclusive', `It was held against nothing: ${presentError}.`)
      : changes.length === 0
        ? check('changed', 'It changes something', 'inconclusive', 'It is what is declared now, so nothing was tried.')
        : check('changed', 'It changes something', 'pass', `${grouped(changes.length)} settings.`);
  return [check(id, title, 'pass', `Every reference has a value; ${grouped(secrets)} are secrets.`), valid, changed];
}

function drift(seen: readonly Seen[], declared: Of<'declared'> | undefined, hasProbe: boolean): Check {
  const title = 'What runs is what is declared';
  if (!hasProbe) return check('drift', title, 'inconclusive', noProbe);
  if (typeof declared?.presentError === 'string')
    return check('drift', title, 'inconclusive', `It could not be compared: ${declared.presentError}.`);
  return asDeclared(seen, 'before', 'drift', title);
}

const noProbe = 'No instance can be asked: rehearsal.configuration.probePath is not set.';

function inForce(seen: readonly Seen[], hasProbe: boolean): Check {
  const title = 'The new configuration is in force on every instance';
  if (!hasProbe) return check('in-force', title, 'inconclusive', noProbe);
  const applied = asDeclared(seen, 'applied', 'in-force', title);
  return applied.verdict === 'pass' ? asDeclared(seen, 'end', 'in-force', title) : applied;
}

function back(seen: readonly Seen[], hasProbe: boolean): Check {
  const title = 'The old configuration is in force after the way back';
  return hasProbe ? asDeclared(seen, 'back', 'back', title) : check('back', title, 'inconclusive', noProbe);
}

function asDeclared(seen: readonly Seen[], when: Seen['when'], id: string, title: string): Check {
  const found = seen.find((each) => each.when === when);
  if (found === undefined || found.instances.length === 0)
    return check(id, title, 'inconclusive', 'No instance was asked.');
  const { instances } = found;
  const other = instances.filter(({ differences }) => differences.length > 0);
  const [first] = other;
  if (first !== undefined) {
    const reason = `${other.length} of ${instances.length} instances differ, first ${first.name}: ${first.differences.slice(0, 3).join(', ')}.`;
    return check(id, title, 'fail', reason);
  }
  const mute = instances.find(({ error }) => error !== null);
  if (mute !== undefined) return check(id, title, 'inconclusive', `${mute.name} did not say: ${mute.error}.`);
  const [unseen] = instances.flatMap((each) => each.unseen);
  if (unseen !== undefined)
    return check(id, title, 'inconclusive', `Instances show nothing of the secret ${unseen}, not even its digest.`);
  return check(id, title, 'pass', `All ${instances.length} instances show it.`);
}

function ofApplied(up: Of<'up'> | undefined): Check[] {
  const title = 'Instances come up with it';
  if (up === undefined) return [check('up', title, 'inconclusive', 'None was brought up.')];
  if (up.error !== null) return [check('up', title, 'fail', up.error)];
  return [check('up', title, 'pass', `They were healthy and warm after ${duration(up.tookMs)}.`)];
}

function printed(found: Of<'printed'> | undefined, declared: Of<'declared'> | undefined): Check {
  const title = 'No secret is printed';
  if (found === undefined) return check('printed', title, 'inconclusive', 'It was not looked for.');
  const [first] = found.found;
  if (first !== undefined) return check('printed', title, 'fail', `A secret is in ${first}.`);
  if ((declared?.secrets ?? 0) === 0)
    return check('printed', title, 'pass', 'The configuration holds no secret that is known as one.');
  if (found.files === 0)
    return check('printed', title, 'inconclusive', 'What instances write can’t be read where they run.');
  return check('printed', title, 'pass', `None is in ${grouped(found.files)} files that instances wrote.`);
}
