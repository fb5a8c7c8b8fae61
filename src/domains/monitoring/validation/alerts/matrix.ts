import type { Evidence, Kind } from './evidence.ts';

/** What a fault is seen in may go on for so long after it: windows have it yet. */
const lingersMs = 90_000;

export interface MatrixRow {
  readonly title: string;
  readonly fired: readonly string[];
  readonly missing: readonly string[];
  readonly nothing: readonly string[];
}

/** One row a fault. */
export function matrixOf(all: readonly Evidence[]): MatrixRow[] {
  const nothing = forNothing(all);
  return faultsOf(all).map((fault) => {
    const fired = firedIn(all, fault).map(({ alert }) => alert);
    return {
      title: fault.title,
      fired: [...new Set(fired)].filter((name) => !nothing.some((one) => one.alert === name && one.id === fault.fault)),
      missing: fault.raises.filter((name) => !fired.includes(name)),
      nothing: nothing.filter(({ id }) => id === fault.fault).map(({ alert }) => alert),
    };
  });
}

/**
 * Alerts that fired while there was a fault that has no part in them, and no other fault that has was on. Of series nothing is said: where only those of
 * one alert are there, others fire for want of theirs.
 */
export function forNothing(all: readonly Evidence[]): { alert: string; fault: string; id: string }[] {
  const faults = faultsOf(all);
  const always = faults
    .filter(({ means }) => means === 'none')
    .flatMap(({ raises, mayRaise }) => [...raises, ...mayRaise]);
  const healedAt = (id: string) =>
    all.find((one) => one.kind === 'healed' && one.fault === id) as Kind<'healed'> | undefined;
  const found = faults
    .filter(({ means }) => means !== 'series')
    .flatMap((fault) =>
      firedIn(all, fault)
        .filter(({ alert }) => !always.includes(alert))
        .filter(({ alert, atEpochMs }) => {
          const causes = faults.filter(
            (one) =>
              one.means === 'live' &&
              one.system === fault.system &&
              (one.raises.includes(alert) || one.mayRaise.includes(alert)),
          );
          return !causes.some((one) => {
            const until = (healedAt(one.fault)?.atEpochMs ?? Number.POSITIVE_INFINITY) + lingersMs;
            return one.fault === fault.fault || (one.atEpochMs <= atEpochMs && atEpochMs <= until);
          });
        })
        .map(({ alert }) => ({ alert, fault: fault.title, id: fault.fault })),
    );
  return found.filter((one, at) => found.findIndex((other) => other.alert === one.alert && other.id === one.id) === at);
}

function faultsOf(all: readonly Evidence[]): Kind<'fault'>[] {
  return all.filter((one) => one.kind === 'fault');
}

function firedIn(all: readonly Evidence[], fault: Kind<'fault'>): Kind<'state'>[] {
  return all.filter(
    (one): one is Kind<'state'> => one.kind === 'state' && one.state === 'firing' && one.fault === fault.fault,
  );
}
