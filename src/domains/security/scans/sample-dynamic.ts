import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { ShakedownError } from '../../../model/error.ts';
import { sampleApi } from '../../integration/public.ts';
import type { ValidationContext } from '../../validation.ts';
import { createAsker } from '../posture/ask.ts';
import { logIn, Visitor } from '../posture/visitor.ts';
import { samplePosture } from '../sample-posture.ts';
import type { ResolvedScan } from './settings.ts';

/** What says something of security; of the others `validate final` has the interface's contract. */
const checks = 'not_a_server_error,ignored_auth,negative_data_rejection,use_after_free,missing_required_header';

/** Schemathesis asks the sample shop's interface with what nobody expects, as one of its customers. Its control is a shop that asks nobody for a login. */
export async function dynamicScan(
  schemathesis: string,
  { config, folder, target, teardown, signal }: ValidationContext<never>,
): Promise<Pick<ResolvedScan, 'command' | 'target' | 'control' | 'folder'>> {
  const { baseUrl } = await target();
  const document = join(folder, 'api.json');
  const own = join(folder, 'schemathesis');
  await mkdir(own, { recursive: true });
  await writeFile(
    document,
    JSON.stringify(sampleApi(config.target.sample?.version === 'v2.0.0' ? 'v2.0.0' : 'v2.1.0')),
  );
  const careless = createServer((request, response) => {
    request.resume();
    request.on('end', () => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'));
  });
  teardown.before('end the planted shop', () => {
    careless.closeAllConnections();
    careless.close();
  });
  careless.listen(0, '127.0.0.1');
  await once(careless, 'listening');
  const { port } = careless.address() as AddressInfo;
  const token = await tokenOf(baseUrl, signal);
  return {
    command: [
      ...[
        schemathesis,
        'run',
        document,
        '--url',
        '{{target}}',
        '--checks',
        checks,
        '--header',
        `Authorization: Bearer ${token}`,
      ],
      ...['--generation-deterministic', '--max-examples', '8', '--request-timeout', '10', '--no-color'],
      ...['--report', 'json', '--report-json-path', '{{output}}'],
    ],
    target: baseUrl,
    control: { target: `http://127.0.0.1:${port}`, file: null, expects: 'IgnoredAuth' },
    // It leaves files where it runs.
    folder: own,
  };
}

/** Of the first customer. @throws ShakedownError SECURITY_USER */
async function tokenOf(baseUrl: string, signal: AbortSignal): Promise<string> {
  const { host } = new URL(baseUrl);
  const visitor = new Visitor(createAsker(baseUrl, { allowHosts: [host], headers: {}, tls: {}, signal }));
  const [user] = samplePosture.users;
  const login = samplePosture.objectLogin;
  const problem = user === undefined || login === null ? 'there is none' : await logIn(visitor, user, login);
  if (problem === null && visitor.token !== null) return visitor.token;
  throw new ShakedownError(
    'SECURITY_USER',
    `The customer that scans the sample shop could not log in: ${problem ?? 'no token'}.`,
    {
      hint: 'See whether the sample system answers: `shakedown sample`.',
    },
  );
}
