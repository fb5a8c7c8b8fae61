import { ShakedownError } from '../../model/error.ts';
import type { Configuration } from '../configuration.ts';
import { schemas, type WrittenPosture } from './configuration-rules.ts';
import type { ResolvedPosture } from './posture/settings.ts';
import { noPosture, samplePosture } from './sample-posture.ts';
import type {} from './settings.ts';

const dayMs = 86_400_000;

export const configuration: Configuration<typeof schemas> = {
  schemas,
  examples: [
    {
      security: {
        beforeLoad: true,
        failAt: 'high',
        waiverDays: 90,
        waivers: [
          {
            ...{ part: 'dependencies', fingerprint: '0123456789abcdef', owner: 'ada@example.com' },
            ...{ reason: 'the function is not called', expires: '2027-01-31' },
          },
        ],
        posture: {
          tlsAddress: 'https://shop.example.com',
          pages: ['/about'],
          protected: ['/account', '/api/orders'],
          redirects: ['/login?next='],
          users: [
            { name: 'Ada', fields: { email: 'ada@example.com', password: '{{env.ADA_PASSWORD}}' } },
            { name: 'Ben', fields: { email: 'ben@example.com', password: '{{env.BEN_PASSWORD}}' } },
          ],
          login: { page: '/login', request: 'POST /login', as: 'form', token: null, nextField: 'next' },
          objectLogin: { page: null, request: 'POST /api/login', as: 'json', token: 'data.token', nextField: null },
          logout: { request: 'POST /auth/revoke', form: null, json: { token: '{{token}}' } },
          objects: [
            { path: '/api/orders/{{id}}', list: 'GET /api/orders', id: 'orders.0.id' },
            {
              ...{ path: '/api/notes/{{id}}', make: { request: 'POST /api/notes', json: { text: 'mine' } }, id: 'id' },
              remove: 'DELETE /api/notes/{{id}}',
            },
          ],
          wrongLogins: 20,
          leaveOut: {
            methods: 'the proxy is looked at by another team',
            tls: { reason: 'it ends at the CDN', owner: 'ada@example.com', expires: '2027-01-31' },
          },
        },
        scans: [
          {
            ...{ name: 'osv-scanner', part: 'dependencies', tool: 'osv-scanner', target: '.', sbom: 'sbom.cdx.json' },
            command: ['osv-scanner', 'scan', '--format', 'json', '--output', '{{output}}', '{{target}}'],
            ...{ timeoutMs: 120_000, exitCodes: [0, 1], digest: `sha256:${'0'.repeat(64)}` },
            ...{ control: { target: 'security/planted', expects: 'CVE-2019-10744' }, previous: 'security/v1.osv.json' },
            ...{ databaseFile: 'osv/npm/all.zip', maxDatabaseAgeDays: 3 },
          },
          {
            ...{ name: 'CodeQL', part: 'code', tool: 'codeql', file: 'codeql.sarif' },
            control: { file: 'planted.sarif', expects: 'js/code-injection' },
          },
        ],
        unscanned: [{ part: 'dependencies', artifact: 'shop-docs', reason: 'it holds pictures and text alone' }],
        penetrationTest: {
          ...{ report: 'security/report.pdf', date: '2026-10-01', by: 'Acme Red Team', scope: 'shop and its API' },
          ...{
            digest: `sha256:${'0'.repeat(64)}`,
            maxAgeDays: 365,
            open: { critical: 0, high: 0, medium: 2, low: 5, info: 0 },
          },
        },
      },
    },
  ],
  resolve({ security: written }, { at, isSample }) {
    const { scans, penetrationTest, posture } = written;
    // The name of an image has a tag or a digest.
    const place = (target: string) => (/[:@]/.test(target) ? target : at(target));
    const file = (path: string | null | undefined) => (path === null || path === undefined ? null : at(path));
    return {
      security: {
        ...written,
        beforeLoad: written.beforeLoad ?? isSample,
        posture: posture === undefined ? (isSample ? samplePosture : noPosture) : postureOf(posture),
        scans: scans.map(withResult).map(({ maxDatabaseAgeDays, control, target, ...scan }) => ({
          ...scan,
          command: scan.command ?? null,
          exitCodes: scan.exitCodes ?? null,
          digest: scan.digest ?? null,
          target: place(target),
          ...{ file: file(scan.file), sbom: file(scan.sbom), databaseFile: file(scan.databaseFile) },
          previous: file(scan.previous),
          control:
            control === undefined
              ? null
              : {
                  expects: control.expects,
                  file: file(control.file),
                  target: control.target === undefined ? null : place(control.target),
                },
          maxDatabaseAgeMs: maxDatabaseAgeDays * dayMs,
        })),
        penetrationTest:
          penetrationTest === undefined ? null : { ...penetrationTest, report: at(penetrationTest.report) },
      },
    };
  },
};

/** @throws ShakedownError CONFIG_INVALID for a scan of which there could be no result, and for two that would write the same one */
function withResult<T extends { name: string; command?: string[] | undefined; file?: string | undefined }>(
  scan: T,
  i: number,
  all: readonly T[],
): T {
  const where = `security.scans ${JSON.stringify(scan.name)}`;
  if ((scan.command === undefined) === (scan.file === undefined)) {
    throw new ShakedownError('CONFIG_INVALID', `${where}: either a command or a file is needed.`, {
      hint: 'Name the command that makes its result, or the file that holds it.',
    });
  }
  if (all.findIndex(({ name }) => name === scan.name) !== i) {
    throw new ShakedownError('CONFIG_INVALID', `${where} is named twice.`, {
      hint: 'Give each scan a name of its own.',
    });
  }
  return scan;
}

function postureOf({ protected: protectedPaths, redirects, leaveOut, ...rest }: WrittenPosture): ResolvedPosture {
  return {
    ...rest,
    protectedPaths,
    leaveOut: Object.fromEntries(
      Object.entries(leaveOut).flatMap(([id, why]) => (why === undefined ? [] : [[id, why]])),
    ),
    redirects: redirects.map((one) => {
      const [path = '/', parameter = ''] = one.split('?');
      return { path, parameter: parameter.replace(/=$/, '') };
    }),
  };
}
