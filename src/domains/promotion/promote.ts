import { basename, join } from 'node:path';
import { replaceFile } from '../../evidence/atomic-file.ts';
import { makeFolders } from '../../evidence/make-folders.ts';
import { type ExitCode, exitCodes, ShakedownError } from '../../model/error.ts';
import type { Results } from '../../model/results.ts';
import { exitCodeOf } from '../../model/verdict.ts';
import { readable } from '../../report-kit/text.ts';
import { readRecords } from '../../signing/records.ts';
import type { LoadedConfig, Services } from '../command.ts';
import { chosenOf, domainsOf, runValidation } from '../validation-run.ts';
import { adaptersOf } from './adapters.ts';
import { newestReadiness, refuseOther } from './approved-run.ts';
import { type CertificateOutcome, certified } from './certificate.ts';
import { makePackage, type Package } from './package/make.ts';
import type { Adapter, Outcome } from './request/adapter.ts';
import { decisionOf, linksOf, type RequestContent } from './request/content.ts';
import { requestMarkdown } from './request/markdown.ts';
import { subjectOf } from './request/subject.ts';
import { restedOn } from './rested-on.ts';
import { sendAll } from './sending.ts';

interface PromoteFlags {
  dryRun?: boolean;
  run?: string;
  package?: string;
  json?: boolean;
}

/** Domains whose parts a promotion does, in this order: what is decided on comes before the decision. */
const domains = ['final', 'promotion', 'readiness'];

/** `shakedown promote`: judges the whole stage once more; of a candidate that is READY it makes certificate, package and request. */
export async function promote(_: unknown[], flags: PromoteFlags, services: Services): Promise<void> {
  const say = (line: string) => services.terminal.err(`${line}\n`);
  const signal = services.interruption(() =>
    say('Ending in order: what was started is ended. Ctrl-C again ends at once.'),
  );
  const loaded = await services.configuration({ policy: 'whole-stage' });
  const wanted = flags.run === undefined ? null : basename(await services.runFolder(flags.run));
  const adapters = adaptersOf(loaded.config.promotion.request);
  // What could not be sent at its end is refused before hours were spent on it.
  if (flags.dryRun !== true) await refuseUnsendable(adapters);
  const inOrder = domains.flatMap((id) => domainsOf(services.partDomains, [id]));
  const chosen = chosenOf(undefined, inOrder);
  const folder = await runValidation({ loaded, chosen, services, signal, say, purpose: 'promotion' });
  const outcome = await services.render(folder);
  const { results } = outcome;
  if (signal.aborted) {
    await services.show(outcome, flags.json === true);
    services.setExitCode(exitCodes.interrupted);
    return;
  }
  const approved = await newestReadiness(services, loaded.config.reports.folder, results);
  refuseOther(wanted, approved);
  const content = await contentOf({ folder, loaded, services, out: flags.package ?? null, results, approved });
  const file = await writeRequest(folder, content);
  await services.show(outcome, flags.json === true);
  say('');
  say(`request   ${file}`);
  if (!('none' in content.packed)) say(`package   ${content.packed.file}  sha256:${content.packed.sha256}`);
  for (const { name, of } of notMade(content)) say(`${services.terminal.errColors.red(`no ${name}`)}  ${readable(of)}`);
  const sent = await deliver(adapters, content, { flags, base: loaded.config.reports.folder, signal, say });
  services.setExitCode(exitCodeFor(content, sent));
}

async function refuseUnsendable(adapters: readonly Adapter[]): Promise<void> {
  for (const { problem } of adapters) {
    const found = await problem();
    if (found === null) continue;
    throw new ShakedownError('PROMOTION_SECRET', `The promotion request could not be sent: ${found}.`, {
      hint: 'Set it, or see what would be sent with --dry-run.',
    });
  }
}

interface Made {
  readonly folder: string;
  readonly loaded: LoadedConfig;
  readonly services: Services;
  readonly out: string | null;
  readonly results: Results;
  readonly approved: { run: string; manifestSha256: string | null } | null;
}

async function contentOf({
  folder,
  loaded: { config },
  services,
  out,
  results,
  approved,
}: Made): Promise<RequestContent> {
  const { commit, package: settings, request } = config.promotion;
  const isReady = results.word === 'READY';
  const notReady = `the candidate is ${results.word}`;
  const certificate: CertificateOutcome = isReady ? await certified(services, folder) : { none: notReady };
  const rests = [...new Set([...restedOn(results), ...(approved === null ? [] : [approved.run])])];
  const runs = config.reports.folder;
  const packed: Package | { none: string } = !isReady
    ? { none: notReady }
    : 'none' in certificate
      ? { none: 'there is no certificate to go with it' }
      : await makePackage({
          ...{ folder, results, settings, out, rests, runs, environment: process.env },
          signed: rests.flatMap((id) => readRecords(join(runs, id)).records.map(({ signOff }) => signOff.person)),
        }).catch((cause: Error & { hint?: string }) => ({
          none: [cause.message, cause.hint].filter(Boolean).join(' '),
        }));
  const stops = [
    ...failedParts(results),
    ...('none' in certificate ? [`no certificate was issued: ${certificate.none}`] : []),
    ...('none' in packed ? [`there is no package: ${packed.none}`] : []),
  ];
  const to = request.github?.deployment?.environment ?? 'production';
  return {
    ...{ results, commit, certificate, packed, approved: approved?.run ?? null },
    decision: decisionOf(results, stops),
    subject: subjectOf(results, { commit, approved, to }),
    links: linksOf(config.reports.publicUrl, process.env),
  };
}

/** A window that has passed, or a rehearsal that failed: whatever the policy says, nothing is deployed by such a plan. */
function failedParts({ sections }: Results): string[] {
  const failed = (sections.promotion?.parts ?? []).filter(({ verdict }) => verdict === 'fail');
  return failed.map(
    ({ title, checks }) =>
      `${title.toLowerCase()}: ${checks.find((each) => each.verdict === 'fail')?.reason ?? 'it failed'}`,
  );
}

async function writeRequest(folder: string, content: RequestContent): Promise<string> {
  const file = join(folder, 'promotion', 'promotion-request.md');
  await makeFolders(join(folder, 'promotion'));
  await replaceFile(file, requestMarkdown(content));
  return file;
}

function notMade({ results, certificate, packed }: RequestContent): { name: string; of: string }[] {
  if (results.word !== 'READY') return [];
  return [
    ...('none' in certificate ? [{ name: 'certificate', of: certificate.none }] : []),
    ...('none' in packed ? [{ name: 'package', of: packed.none }] : []),
  ];
}

interface Delivery {
  readonly flags: PromoteFlags;
  readonly base: string;
  readonly signal: AbortSignal;
  say(line: string): void;
}

/** @returns null: nothing was to be sent */
async function deliver(
  adapters: readonly Adapter[],
  content: RequestContent,
  { flags, base, signal, say }: Delivery,
): Promise<Outcome[] | null> {
  if (flags.dryRun === true) {
    if (adapters.length === 0) say('Nothing would be sent: the request is a file only.');
    for (const { name, preview } of adapters)
      for (const { what, body } of preview(content))
        say(`\nwould send  ${name}  ${readable(what)}\n${shownText(body)}`);
    return null;
  }
  if (adapters.length === 0) return null;
  const outcomes = await sendAll(adapters, content, { base, signal });
  for (const { what, ok, says } of outcomes) say(`${ok ? 'sent     ' : 'NOT SENT '} ${what}: ${readable(says)}`);
  const file = join(base, content.results.run.id, 'promotion', 'sent.json');
  await replaceFile(
    file,
    `${JSON.stringify({ at: new Date().toISOString(), subject: content.subject, outcomes }, null, 1)}\n`,
  );
  return outcomes;
}

/** Text as it would be sent, on a terminal: nothing in it is acted on. */
function shownText(text: string): string {
  return text.split('\n').map(readable).join('\n');
}

/** What the request says first; a request that did not arrive leaves a promotion open. */
function exitCodeFor({ decision }: RequestContent, sent: readonly Outcome[] | null): ExitCode {
  const isLost = (sent ?? []).some(({ ok }) => !ok);
  return isLost && decision.verdict === 'pass' ? exitCodes.inconclusive : exitCodeOf[decision.verdict];
}
