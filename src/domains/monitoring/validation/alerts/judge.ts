import { type Check, check, type Judged, type Recorded, type Table } from '../../../part.ts';
import { secondsText } from '../seconds-text.ts';
import { contentFaults } from './content.ts';
import { type Detection, detectionOf, lateDeliveries } from './detection.ts';
import type { Evidence, Kind } from './evidence.ts';
import { forNothing, matrixOf } from './matrix.ts';
import { type Proof, proofsOf } from './proofs.ts';

/** What the proofs show, alert by alert. */
export function judge(evidence: readonly Recorded<Evidence>[], ended: boolean): Judged {
  const all = evidence.map(({ data }) => data);
  const set = all.find((one) => one.kind === 'set');
  if (set === undefined) {
    const why = 'It ended before the rules and configurations were read.';
    return { checks: [check('alerts', 'Every alert is received, and its end too', 'inconclusive', why)], figures: [] };
  }
  const proofs = proofsOf(evidence);
  const checks = set.alerts.map((alert) => alertCheck(alert, set, proofs));
  const proved = set.alerts.filter((_, at) => checks[at]?.verdict === 'pass');
  const detections = proofs.flatMap((proof) => {
    const detection = detectionOf(proof, set);
    return detection === null || proof.fault.means === 'none' ? [] : [{ proof, detection }];
  });
  const routes = new Set(proofs.flatMap(({ routed }) => (routed?.routes ?? []).map(({ path }) => path)));
  const messages = all.filter((one) => one.kind === 'message');
  return {
    checks: [...checks, boundCheck(detections), ...matrixChecks(all, ended), ...standInChecks(set)],
    figures: [
      { name: 'Alerts proved', value: `${proved.length} of ${set.alerts.length}` },
      { name: 'Messages received and checked field by field', value: String(messages.length) },
      ...slowest(detections),
    ],
    tables: [detectionTable(detections), matrixTable(all), changesTable(set)],
    coverage: [
      {
        ...{ of: 'alerts', covered: proved.length, total: set.alerts.length },
        gaps: checks.filter(({ verdict }) => verdict !== 'pass').map(({ title, reason }) => `${title}: ${reason}`),
      },
      {
        ...{
          of: 'routes',
          covered: set.routes.filter(({ path }) => routes.has(path)).length,
          total: set.routes.length,
        },
        gaps: set.routes
          .filter(({ path }) => !routes.has(path))
          .map(({ path, receiver }) => `${path} (${receiver}): no alert of the rules takes it.`),
      },
    ],
  };
}

type Rated = readonly { readonly proof: Proof; readonly detection: Detection }[];

function alertCheck(alert: Kind<'set'>['alerts'][number], set: Kind<'set'>, proofs: readonly Proof[]): Check {
  const title = `${alert.name} fires, is received as it should be, and so is its end`;
  const said = (verdict: Check['verdict'], reason: string) => check(`alert-${alert.name}`, title, verdict, reason);
  const none = set.noFault.find((one) => one.alert === alert.name);
  const own = proofs.filter((proof) => proof.alert.name === alert.name);
  if (none !== undefined) return said('inconclusive', `It was not tried: ${none.why}.`);
  const [proof] = own;
  if (proof === undefined) return said('inconclusive', 'It was not tried: the proofs ended before it.');
  const { faults, open } = shortcomings(proof, set);
  if (faults.length > 0) return said('fail', sentence(faults));
  if (open.length > 0) return said('inconclusive', sentence(open));
  const detection = detectionOf(proof, set);
  const to = proof.deliveries.map(({ receiver, integration }) => `${receiver} (${integration})`).join(', ');
  const after = detection === null ? '' : `, ${secondsText(detection.totalS)} after “${proof.fault.title}”`;
  if (proof.fault.means === 'none')
    return said('pass', `It fires all the time, and was received again and again by ${to}.`);
  return said('pass', `Inactive, pending, firing, received by ${to}${after}; then resolved, and the end received.`);
}

function shortcomings(proof: Proof, set: Kind<'set'>): { faults: string[]; open: string[] } {
  const { fault, deliveries, routed } = proof;
  const faults: string[] = [];
  const open: string[] = [];
  if (proof.error !== null) open.push(`the proof did not come to its end: ${proof.error}`);
  if (fault.means === 'none') return always(proof);
  if (proof.firingAt === null) {
    if (proof.disturbance !== null) open.push(`${proof.disturbance}; the machine may have been too busy`);
    else if (proof.error === null) faults.push(`it did not fire while there was “${fault.title}”`);
    return { faults, open };
  }
  if (proof.inactiveAt === null) open.push('it was active before anything was done');
  if (routed !== null && routed.inhibitedBy !== null) {
    open.push(`${routed.inhibitedBy} held it back, as configured`);
    return { faults, open };
  }
  if (proof.error !== null) return { faults, open };
  if (deliveries.length === 0) faults.push('its route leads to a receiver that tells nobody');
  if (deliveries.length > 0 && deliveries.every(({ isBroken, firing }) => isBroken && firing.length === 0))
    open.push('all its receivers are those that the fault breaks');
  for (const receiver of proof.strangers) faults.push(`${receiver} was told of it, where no route leads`);
  // What ended by itself before its group had waited is told to nobody.
  const isDisturbed = proof.disturbance !== null;
  const before = open.length;
  for (const delivery of deliveries) {
    const name = `${delivery.receiver} (${delivery.integration})`;
    const isMuted = delivery.muteTimes.length > 0;
    const missed = isMuted || isDisturbed ? open : faults;
    const muted = isMuted ? `; a mute time may hold it back (${delivery.muteTimes.join(', ')})` : '';
    if (delivery.isBroken && delivery.firing.length === 0) continue;
    if (delivery.firing.length === 0 && delivery.refused.length > 0)
      missed.push(`${name} did not take it (${[...new Set(delivery.refused)].join(', ')})`);
    else if (delivery.firing.length === 0) missed.push(`${name} did not get it${muted}`);
    else if (delivery.sendResolved && delivery.resolved.length === 0 && proof.resolvedAt !== null)
      missed.push(`${name} was not told of its end${muted}`);
    faults.push(...contentFaults(proof, delivery, set).map((text) => `${name}: ${text}`));
  }
  if (isDisturbed && open.length > before) open.push(`${proof.disturbance}; the machine may have been too busy`);
  if (proof.resolvedAt === null) open.push('it had not resolved when the proof ended');
  if (!deliveries.some(({ sendResolved }) => sendResolved) && deliveries.length > 0)
    open.push('none of its receivers is told of its end (send_resolved)');
  return { faults, open };
}

/** An alert that always fires has no cause that could be seen, and no end. */
function always({ firingAt, alert, error, deliveries }: Proof): { faults: string[]; open: string[] } {
  const silent = deliveries.filter(({ firing }) => firing.length < 2);
  if (error === null && firingAt !== null && (deliveries.length === 0 || silent.length > 0)) {
    const to = silent
      .map(({ receiver, firing }) => `${receiver} got it ${firing.length} times, not again and again`)
      .join(', ');
    return { faults: [deliveries.length === 0 ? 'its route leads to nobody' : to], open: [] };
  }
  if (error !== null) return { faults: [], open: [`the proof did not come to its end: ${error}`] };
  return firingAt === null ? { faults: [`${alert.name} does not fire`], open: [] } : { faults: [], open: [] };
}

function boundCheck(detections: Rated): Check {
  const title = 'Every alert is received within its bound';
  const isLate = ({ detection }: Rated[number]) => detection.totalS > detection.boundS;
  const isUnseen = ({ proof }: Rated[number]) => proof.disturbance !== null && proof.beganAnew;
  const late = detections.filter((one) => isLate(one) && one.proof.disturbance === null);
  const unseen = detections
    .filter((one) => isUnseen(one) || (isLate(one) && one.proof.disturbance !== null))
    .map(({ proof }) => `${proof.alert.name}: ${proof.disturbance}`);
  if (detections.length === 0) return check('bound', title, 'inconclusive', 'No alert was received.');
  const shown = [
    ...late.map(
      ({ proof, detection }) =>
        `${proof.alert.name} after ${secondsText(detection.totalS)}, bound ${secondsText(detection.boundS)}`,
    ),
    ...detections.flatMap(({ proof }) => lateDeliveries(proof)),
  ];
  if (shown.length > 0) return check('bound', title, 'fail', `Late: ${shown.join('; ')}.`);
  return unseen.length > 0
    ? check('bound', title, 'inconclusive', `Not seen, as the machine may have been too busy: ${unseen.join('; ')}.`)
    : check('bound', title, 'pass', `${detections.length} of ${detections.length}; the table has the terms.`);
}

function matrixChecks(all: readonly Evidence[], ended: boolean): Check[] {
  const title = 'Nothing fires for nothing';
  const found = forNothing(all);
  const calm = all.some((one) => one.kind === 'fault' && one.means === 'none');
  if (found.length > 0) {
    const shown = found.map(({ alert, fault }) => `${alert} while there was “${fault}”`).join('; ');
    return [check('for-nothing', title, 'fail', `${shown}.`)];
  }
  if (!calm || !ended)
    return [check('for-nothing', title, 'inconclusive', 'No time without a fault was watched to its end.')];
  return [
    check(
      'for-nothing',
      title,
      'pass',
      'Neither without a fault nor with one did an alert fire that has no part in it.',
    ),
  ];
}

function standInChecks({ notStoodIn }: Kind<'set'>): Check[] {
  if (notStoodIn.length === 0) return [];
  const shown = notStoodIn.map(({ receiver, key }) => `${receiver} (${key})`).join(', ');
  const reason = `${shown}: whether a message arrives was seen, not what it would look like.`;
  return [check('stood-in', 'The format of every message is checked', 'inconclusive', reason)];
}

function slowest(detections: Rated): { name: string; value: string }[] {
  const [worst] = [...detections].sort((a, b) => b.detection.totalS - a.detection.totalS);
  if (worst === undefined) return [];
  return [
    { name: 'Longest time to detect', value: `${secondsText(worst.detection.totalS)} (${worst.proof.alert.name})` },
  ];
}

function detectionTable(detections: Rated): Table {
  return {
    title: 'Time to detect: from the fault to the first message',
    head: ['Alert', 'Fault', 'Until it is true', 'for', 'Group and way', 'In all', 'Bound here', 'Bound in production'],
    rows: detections.map(({ proof, detection }) => [
      proof.alert.name,
      proof.fault.title,
      secondsText(detection.crossingS),
      secondsText(detection.holdS),
      secondsText(detection.deliveryS),
      secondsText(detection.totalS),
      secondsText(detection.boundS),
      secondsText(detection.productionBoundS),
    ]),
    figures: 6,
  };
}

function matrixTable(all: readonly Evidence[]): Table {
  return {
    title: 'Which fault raised which alert',
    head: ['Fault', 'Fired', 'Should have, and did not', 'Fired for nothing'],
    rows: matrixOf(all).map(({ title, fired, missing, nothing }) => [
      title,
      ...[fired, missing, nothing].map((names) => names.join(', ') || '–'),
    ]),
    figures: 0,
  };
}

function changesTable({ changes }: Kind<'set'>): Table {
  return {
    title: 'In what the copies differ from your files',
    head: ['File', 'Where', 'Yours', 'Copy'],
    rows: changes.map(({ file, path, before, after }) => [file, path, before ?? '–', after ?? '–']),
    figures: 0,
  };
}

function sentence(parts: readonly string[]): string {
  const text = parts.join('; ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
