import { action, experiment, http, probe, program, steady, tolerated, type Written } from './write.ts';

const valid = (): Written => experiment(null, [action('go', program('true', []))]);
const broken =
  (change: Written): (() => Written) =>
  () => ({ ...valid(), ...change });
const method = (...activities: unknown[]) => broken({ method: activities });
const hypothesis = (tolerance: unknown) =>
  broken({ 'steady-state-hypothesis': steady(tolerated('p', program('true', []), tolerance)) });

/** Experiments that both must refuse, by name. */
export const invalid: Record<string, () => Written | string> = {
  empty: () => ({}),
  'no title': broken({ title: '' }),
  'no description': broken({ description: '' }),
  'no method': broken({ method: null }),
  'empty tag': broken({ tags: ['a', ''] }),
  'extension without a name': broken({ extensions: [{ name: ' ' }] }),
  'activity without a type': method({ name: 'x', provider: program('true', []) }),
  'activity of another type': method({ type: 'deed', name: 'x', provider: program('true', []) }),
  'activity without a name': method({ type: 'action', provider: program('true', []) }),
  'activity without a provider': method({ type: 'action', name: 'x' }),
  'unknown provider': method(action('x', { type: 'carrier-pigeon' })),
  'http without url': method(action('x', { type: 'http' })),
  'headers as a list': method(action('x', http('http://127.0.0.1:9', { headers: ['a'] }))),
  'program not there': method(action('x', program('not-there-at-all', []))),
  'timeout as text': method(action('x', program('true', []), { timeout: 'long' })),
  'pause as text': method(action('x', program('true', []), { pauses: { before: 'long' } })),
  'background as text': method(action('x', program('true', []), { background: 'yes' })),
  'reference to nothing': method({ ref: 'nobody' }),
  'empty reference': method({ ref: '' }),
  'hypothesis without a title': broken({ 'steady-state-hypothesis': { probes: [] } }),
  'probe without tolerance': broken({ 'steady-state-hypothesis': steady(probe('p', program('true', []))) }),
  'tolerance null': hypothesis(null),
  'tolerance of another type': hypothesis({ type: 'feeling' }),
  'regex invalid': hypothesis({ type: 'regex', pattern: '(' }),
  'regex without pattern': hypothesis({ type: 'regex' }),
  'jsonpath empty': hypothesis({ type: 'jsonpath', path: ' ' }),
  'jsonpath invalid': hypothesis({ type: 'jsonpath', path: '$.[' }),
  'range of one': hypothesis({ type: 'range', range: [1] }),
  'range of texts': hypothesis({ type: 'range', range: ['a', 'b'] }),
  'environment not set': broken({ configuration: { x: { type: 'env', key: 'CONFORMANCE_UNSET' } } }),
  'control without a provider': broken({ controls: [{ name: 'c' }] }),
  'control with another scope': broken({
    controls: [{ name: 'c', scope: 'during', provider: { type: 'python', module: 'math' } }],
  }),
  'two documents': () => 'title: a\n---\ntitle: b\n',
  'no YAML': () => 'title: [a\n',
};
