import type { Services } from '../../domains/command.ts';
import { exitCodes } from '../../model/error.ts';
import { readable, readableDeep } from '../../report-kit/text.ts';

interface CertifyFlags {
  failed?: boolean;
  json?: boolean;
}

/** `shakedown certify`: issues what the run shows and prints what it issued; ends with 1 where that says FAILED. */
export async function certify(
  [run]: [string],
  { failed = false, json }: CertifyFlags,
  services: Services,
): Promise<void> {
  const { terminal } = services;
  const folder = await services.runFolder(run);
  const certified = await services.certify(folder, { isFailedWanted: failed });
  const { verdict, files, page, expires, supersedes } = certified;
  if (json) terminal.out(`${JSON.stringify(readableDeep({ format: 'shakedown.certify/1', ...certified }), null, 1)}\n`);
  else {
    for (const { path } of files) terminal.out(`${readable(path)}\n`);
    if (page !== null) terminal.out(`${readable(page)}\n`);
  }
  if (verdict === 'fail') {
    terminal.err('Issued: a test result that says FAILED. It is no certificate.\n');
    services.setExitCode(exitCodes.notReady);
    return;
  }
  const replaced =
    supersedes.length === 0 ? '' : ` It replaces that of ${supersedes.map((one) => one.run).join(', ')}.`;
  terminal.err(`Issued: a certificate that counts until ${expires}.${readable(replaced)}\n`);
}
