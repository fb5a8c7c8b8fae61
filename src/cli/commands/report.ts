import type { Services } from '../../domains/command.ts';
import { showUatRun } from '../../domains/uat/domain.ts';
import { firstScreen } from '../../report/first-screen.ts';
import { domains } from '../../run/domains.ts';
import { finalScreen } from '../view/final.ts';

interface ReportFlags {
  from: string;
  json?: boolean;
}

/** `shakedown report --from <run>`: renders a run again, complete or cut short, from its journal and histograms. */
export async function report(_: unknown[], flags: ReportFlags, services: Services): Promise<void> {
  const { terminal } = services;
  const folder = await services.runFolder(flags.from);
  if (await showUatRun(folder, flags.json === true, terminal)) return;
  const { results, index, warnings } = await services.render(folder);
  for (const line of warnings) terminal.err(`${line}\n`);
  if (flags.json) {
    terminal.out(`${JSON.stringify(results, null, 1)}\n`);
    return;
  }
  const style = { columns: terminal.outColumns(), colors: terminal.outColors, unicode: terminal.unicode };
  terminal.out(finalScreen(await firstScreen(results, domains), index, style));
}
