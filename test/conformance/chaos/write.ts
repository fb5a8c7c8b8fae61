/** A part of an experiment, as it is written. */
export type Written = Record<string, unknown>;

export const http = (url: string, more: Written = {}) => ({ type: 'http', url, ...more });
export const program = (path: string, given: unknown, more: Written = {}) => ({
  type: 'process',
  path,
  arguments: given,
  ...more,
});
export const probe = (name: string, provider: Written, more: Written = {}) => ({
  type: 'probe',
  name,
  provider,
  ...more,
});
export const action = (name: string, provider: Written, more: Written = {}) => ({
  type: 'action',
  name,
  provider,
  ...more,
});
export const tolerated = (name: string, provider: Written, tolerance: unknown) => probe(name, provider, { tolerance });
export const steady = (...probes: Written[]) => ({ title: 'the system is well', probes });

export function experiment(
  hypothesis: Written | null,
  method: Written[],
  rollbacks: Written[] = [],
  more: Written = {},
): Written {
  return {
    title: 'conformance',
    description: 'the same here and there',
    ...(hypothesis === null ? {} : { 'steady-state-hypothesis': hypothesis }),
    method,
    rollbacks,
    ...more,
  };
}

export interface ConformanceCase {
  name: string;
  /** @param base address of the test server, with a part of the path of its own */
  experiment(base: string): Written | string;
  args?: string[];
  /** Of this program alone. */
  ownArgs?: string[];
  env?: Record<string, string>;
  /** What Chaos Toolkit does that is not done here, and is listed in docs/chaos-toolkit.md; nothing else may differ. */
  differs?: { toolkit: Partial<Observed>; ours: Partial<Observed> };
}

/** What both must agree on. */
export interface Observed {
  exitCode: number;
  status: string | null;
  deviated: boolean | null;
}
