import { userInfo } from 'node:os';
import { resolve } from 'node:path';
import type { Services } from '../../domains/command.ts';
import { exitCodes, ShakedownError } from '../../model/error.ts';
import type { Results } from '../../model/results.ts';
import { readable } from '../../report-kit/text.ts';
import { addSignOff } from '../../signing/sign.ts';
import { trustFor } from '../../signing/trust.ts';

interface SignFlags {
  role: string;
  decision: 'accept' | 'reject';
  person?: string;
  comment: string;
  key?: string;
}

/** `shakedown sign`: writes a decision into the run, renders it again, and prints the receipt. Ends with 3 where a signature is asked for and it has none. */
export async function sign([run]: [string], flags: SignFlags, services: Services): Promise<void> {
  const { terminal } = services;
  const folder = await services.runFolder(run);
  const { signing } = (await services.configuration()).config;
  const trust = trustFor(folder, signing);
  const { role, decision, comment } = flags;
  const person = flags.person ?? userInfo().username;
  const key = flags.key === undefined ? null : resolve(flags.key);
  const { signOff, receipt, notLogged } = await addSignOff(
    folder,
    {
      role,
      person,
      decision,
      comment,
      key,
      namespace: signing.namespace,
      trust,
      isPerson: process.stdin.isTTY === true,
    },
    // What is signed is what the evidence shows, whatever was written into the results.
    async () => refuseOther(run, (await services.render(folder)).results, services),
  );
  const { index } = await services.render(folder);
  const how = key === null ? 'asserted, not signed: anyone could have written it' : 'signed';
  terminal.out(
    `${decision}ed by ${readable(person)} as ${readable(role)} (${how}), on evidence ${signOff.manifestSha256}\n${receipt}\n${index}\n`,
  );
  terminal.err(
    'Keep the receipt outside the run: it shows that this sign-off was there, should somebody take it away.\n',
  );
  if (notLogged !== null) terminal.err(`It is not in the log beside the runs: ${readable(notLogged)}\n`);
  if (key !== null || trust === null) return;
  terminal.err('Signatures are asked for here, so this sign-off counts for nothing: sign with --key.\n');
  services.setExitCode(exitCodes.inconclusive);
}

/** A signature on a stage that waits for people would decide nothing, and the stage could not go on. */
async function refuseOther(run: string, results: Results, services: Services): Promise<void> {
  const wanted = await services.signInstead(results);
  if (wanted === null) return;
  throw new ShakedownError('SIGN_OTHER_RUN', `People do not decide on ${run}: it waits for a decision on ${wanted}.`, {
    hint: `Sign that one: shakedown sign ${wanted} --role <role> --decision accept --key <file>`,
  });
}
