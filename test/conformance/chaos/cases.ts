// biome-ignore-all lint/suspicious/noTemplateCurlyInString: names of variables, as experiments write them

import { tolerances } from './tolerances.ts';
import { action, type ConformanceCase, experiment, http, probe, program, steady, tolerated } from './write.ts';

const healthy = (base: string) => tolerated('healthy', http(`${base}/health`), 200);
const breakIt = (base: string) => action('break it', http(`${base}/break`, { method: 'POST' }));
const mendIt = (base: string) => action('mend it', http(`${base}/mend`, { method: 'POST' }));
/** So that a check in the background has been made. */
const settle = action('settle', program('sleep', ['1']));
/** Chaos Toolkit's own default, which is not the default here. */
const asToolkit = ['--rollback-strategy', 'default'];

export const cases: ConformanceCase[] = [
  { name: 'nothing but a method', experiment: (base) => experiment(null, [action('go', http(`${base}/text`))]) },
  {
    name: 'hypothesis met before and after',
    experiment: (base) => experiment(steady(healthy(base)), [action('go', http(`${base}/text`))], [mendIt(base)]),
  },
  {
    name: 'deviates, rollbacks played',
    experiment: (base) => experiment(steady(healthy(base)), [breakIt(base)], [mendIt(base)]),
    args: asToolkit,
  },
  {
    name: 'out of tolerance before: nothing is done',
    experiment: (base) =>
      experiment(steady(tolerated('never', http(`${base}/health`), 204)), [breakIt(base)], [mendIt(base)]),
    args: asToolkit,
  },
  {
    name: 'probe fails before',
    experiment: () =>
      experiment(
        steady(tolerated('gone', http('http://127.0.0.1:9/x'), 200)),
        [action('go', program('true', []))],
        [action('back', program('true', []))],
      ),
    args: asToolkit,
  },
  {
    name: 'probe fails after',
    experiment: (base) =>
      experiment(steady(tolerated('once', http(`${base}/drop-after`, { timeout: 2 }), 200)), [breakIt(base)]),
  },
  {
    name: 'action fails, the experiment completes',
    experiment: (base) =>
      experiment(steady(healthy(base)), [
        action('refused', http('http://127.0.0.1:9/x')),
        action('next', program('echo', ['on'])),
      ]),
  },
  {
    name: 'http: query, form, JSON, text, headers',
    experiment: (base) =>
      experiment(null, [
        probe('query', http(`${base}/echo?z=0`, { arguments: { a: 1, list: ['x', 'y'], yes: true, none: null } })),
        probe('form', http(`${base}/echo`, { method: 'post', arguments: { a: 'b c', n: 2 } })),
        probe(
          'json',
          http(`${base}/echo`, {
            method: 'PUT',
            headers: { 'Content-Type': 'application/json' },
            arguments: { a: [1, { b: null }] },
          }),
        ),
        probe('text', http(`${base}/echo`, { method: 'POST', headers: { 'X-Own': '1' }, arguments: 'raw text' })),
        probe('no JSON by charset', http(`${base}/charset`)),
        probe('redirected', http(`${base}/redirect`)),
      ]),
  },
  {
    name: 'http: times out',
    experiment: (base) =>
      experiment(null, [
        probe('hangs', http(`${base}/hang`, { timeout: 0.3 })),
        probe('pair', http(`${base}/hang`, { timeout: [1, 0.3] })),
      ]),
  },
  {
    name: 'process: list, mapping, text, exit codes',
    experiment: () =>
      experiment(null, [
        probe('list', program('echo', ['a b', 3, true, null, '', 1.5])),
        probe('mapping', program('echo', { '--one': 1, '--two': 'x' })),
        probe('shell', program('echo', '"a  b" | tr a-z A-Z')),
        probe('fails', program('sh', ['-c', 'echo out; echo err >&2; exit 3'])),
        probe('killed', program('sh', ['-c', 'kill -9 $$'])),
      ]),
  },
  {
    name: 'process: times out',
    experiment: () =>
      experiment(null, [probe('slow', program('sleep', ['5'], { timeout: 0.3 })), probe('next', program('true', []))]),
  },
  ...tolerances,
  {
    name: 'strategy before-method-only',
    experiment: (base) => experiment(steady(healthy(base)), [breakIt(base)]),
    args: ['--hypothesis-strategy', 'before-method-only'],
  },
  {
    name: 'strategy after-method-only',
    experiment: (base) => experiment(steady(healthy(base)), [breakIt(base)]),
    args: ['--hypothesis-strategy', 'after-method-only'],
  },
  {
    name: 'strategy during-method-only, never mended',
    experiment: (base) =>
      experiment(steady(healthy(base)), [settle, breakIt(base), action('wait', program('sleep', ['1']))]),
    args: ['--hypothesis-strategy', 'during-method-only', '--hypothesis-frequency', '0.2'],
  },
  {
    name: 'strategy continuously, mended in the method',
    experiment: (base) =>
      experiment(steady(healthy(base)), [settle, breakIt(base), action('wait', program('sleep', ['1'])), mendIt(base)]),
    args: ['--hypothesis-strategy', 'continuously', '--hypothesis-frequency', '0.2'],
  },
  {
    name: 'continuously, fail-fast',
    experiment: (base) =>
      experiment(
        steady(healthy(base)),
        [
          settle,
          breakIt(base),
          action('wait', program('sleep', ['1'])),
          mendIt(base),
          action('not reached', program('true', [])),
        ],
        [action('back', program('true', []))],
      ),
    args: ['--hypothesis-strategy', 'continuously', '--hypothesis-frequency', '0.2', '--fail-fast', ...asToolkit],
  },
  {
    name: 'fail-fast during only',
    experiment: (base) =>
      experiment(
        steady(healthy(base)),
        [settle, breakIt(base), action('wait', program('sleep', ['1'])), action('not reached', program('true', []))],
        [action('back', program('true', []))],
      ),
    args: ['--hypothesis-strategy', 'during-method-only', '--hypothesis-frequency', '0.2', '--fail-fast', ...asToolkit],
  },
  {
    name: 'rollbacks never',
    experiment: (base) => experiment(steady(healthy(base)), [breakIt(base)], [mendIt(base)]),
    args: ['--rollback-strategy', 'never'],
  },
  {
    name: 'rollbacks always, after a failed gate',
    experiment: () =>
      experiment(
        steady(tolerated('gone', http('http://127.0.0.1:9/x'), 200)),
        [],
        [action('back', program('true', []))],
      ),
    args: ['--rollback-strategy', 'always'],
  },
  {
    name: 'rollbacks deviated, it did not',
    experiment: (base) =>
      experiment(steady(healthy(base)), [action('go', program('true', []))], [action('back', program('true', []))]),
    args: ['--rollback-strategy', 'deviated'],
  },
  {
    name: 'strategies said by the experiment',
    experiment: (base) =>
      experiment(steady(healthy(base)), [breakIt(base)], [mendIt(base)], {
        runtime: { hypothesis: { strategy: 'after-method-only' }, rollbacks: { strategy: 'deviated' } },
      }),
  },
  {
    name: 'rollback fails, the next is played',
    experiment: () =>
      experiment(
        null,
        [action('go', program('true', []))],
        [action('refused', http('http://127.0.0.1:9/x')), action('back', program('true', []))],
      ),
    args: asToolkit,
  },
  {
    name: 'background and pauses',
    experiment: () =>
      experiment(
        null,
        [
          action('slow', program('sleep', ['0.6']), { background: true, pauses: { before: 0.1 } }),
          action('quick', program('true', []), { pauses: { before: '${wait}', after: 0.1 } }),
          probe('last', program('echo', ['end'])),
        ],
        [action('back', program('true', []), { background: true })],
        { configuration: { wait: 0.3 } },
      ),
  },
  {
    name: 'references',
    experiment: (base) =>
      experiment(steady(healthy(base)), [{ ref: 'healthy' }, action('go', program('true', [])), { ref: 'go' }]),
  },
  {
    name: 'configuration and substitution',
    experiment: (base) =>
      experiment(
        steady(tolerated('typed', http('${base}/health'), 200)),
        [
          probe(
            'values',
            program('echo', [
              '${n}',
              '${text}!',
              '$text',
              '$$',
              '${unknown}',
              '${yes}',
              '${list}',
              '${from_env}',
              '${typed}',
            ]),
          ),
        ],
        [],
        {
          configuration: {
            base,
            n: 5,
            text: 'words',
            yes: true,
            list: [1, 'a'],
            from_env: { type: 'env', key: 'CONFORMANCE_SET' },
            typed: { type: 'env', key: 'CONFORMANCE_UNSET', default: '7', env_var_type: 'int' },
          },
        },
      ),
    env: { CONFORMANCE_SET: 'from the environment' },
  },
  {
    name: 'variables of the command line',
    experiment: () =>
      experiment(null, [probe('values', program('echo', ['${a}', '${b}', '${c}']))], [], {
        configuration: { a: 1, b: 'x', c: { type: 'env', key: 'CONFORMANCE_UNSET', default: 'd' } },
      }),
    args: ['--var', 'a:int=12', '--var', 'b=with=sign'],
  },
  {
    name: 'configuration by probes',
    experiment: (base) =>
      experiment(null, [probe('values', program('echo', ['${out}', '${failed}']))], [], {
        configuration: {
          out: { type: 'probe', name: 'out', provider: program('echo', [' trimmed ']) },
          failed: { type: 'probe', name: 'failed', provider: program('false', []) },
          body: { type: 'probe', name: 'body', provider: http(`${base}/health`) },
        },
      }),
  },
  {
    name: 'secrets of the environment',
    experiment: () =>
      experiment(null, [probe('used', program('sh', ['-c', 'test "$0" = hunter22', '${token}']))], [], {
        secrets: { api: { token: { type: 'env', key: 'CONFORMANCE_SECRET' } } },
      }),
    env: { CONFORMANCE_SECRET: 'hunter22' },
  },
  {
    name: 'dry activities',
    experiment: (base) => experiment(steady(healthy(base)), [breakIt(base)], [mendIt(base)]),
    args: ['--dry', 'activities'],
  },
  {
    name: 'dry actions',
    experiment: (base) => experiment(steady(healthy(base)), [breakIt(base), probe('look', program('echo', ['x']))]),
    args: ['--dry', 'actions'],
  },
  {
    name: 'dry pause',
    experiment: () => experiment(null, [action('go', program('true', []), { pauses: { after: 30 } })]),
    args: ['--dry', 'pause'],
  },
  {
    name: 'a method that makes no sense is aborted',
    experiment: (base) =>
      experiment(
        steady(healthy(base)),
        [action('no JSON', http(`${base}/badjson`)), action('next', program('true', []))],
        [action('back', program('true', []))],
      ),
    args: asToolkit,
    differs: {
      toolkit: { exitCode: 1, status: 'aborted', deviated: false },
      ours: { exitCode: 1, status: 'aborted', deviated: false },
    },
  },
  {
    name: 'a Python control that is not there',
    experiment: () =>
      experiment(null, [action('go', program('true', []))], [], {
        controls: [{ name: 'none', provider: { type: 'python', module: 'not_there_at_all' } }],
      }),
    ownArgs: ['--without-control', 'none'],
  },
  {
    name: 'a Python control that nobody asked to leave out',
    experiment: () =>
      experiment(null, [action('go', program('true', []))], [], {
        controls: [{ name: 'brake', provider: { type: 'python', module: 'not_there_at_all' } }],
      }),
    differs: {
      toolkit: { exitCode: 0, status: 'completed', deviated: false },
      ours: { exitCode: 1, status: null },
    },
  },
  ...['no_such_module.at', 'os.path'].map((module) => ({
    name: `a Python function that is not there, of ${module}`,
    experiment: () =>
      experiment(null, [action('go', { type: 'python', module, func: 'not_there', arguments: {} })], []),
    differs: {
      toolkit: { exitCode: 1, status: null },
      ours: { exitCode: 1, status: null },
    },
  })),
  {
    name: 'Python: a module of the standard library',
    experiment: () => {
      const exists = (path: string) => ({ type: 'python', module: 'os.path', func: 'exists', arguments: { path } });
      return experiment(steady(tolerated('there', exists('/'), true)), [
        probe('not there', exists('/not/there/at/all')),
        action('fails', { type: 'python', module: 'os.path', func: 'getsize', arguments: { filename: '/not/there' } }),
      ]);
    },
  },
  {
    name: 'YAML 1.1',
    experiment: () =>
      'title: yaml\ndescription: as Python reads it\nconfiguration: {y: 5, off_is: off, octal: 010}\nmethod:\n- type: probe\n  name: values\n  provider: {type: process, path: echo, arguments: ["${y}", "${off_is}", "${octal}"]}\n',
  },
];
