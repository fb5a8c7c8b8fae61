import type { Services } from '../../domains/command.ts';

interface ReportFlags {
  from: string;
  json?: boolean;
}

/** `shakedown report --from <run>`: renders a run again, complete or cut short, from what it left. */
export async function report(_: unknown[], flags: ReportFlags, services: Services): Promise<void> {
  const outcome = await services.render(await services.runFolder(flags.from));
  for (const line of outcome.warnings) services.terminal.err(`${line}\n`);
  if (flags.json) services.terminal.out(`${JSON.stringify(outcome.results, null, 1)}\n`);
  else await services.show(outcome, false);
}
