import { tlsOptions } from '../../../environment/tls.ts';
import { firstError, ShakedownError } from '../../../model/error.ts';
import { plural } from '../../../report-kit/format.ts';
import { startTokens } from '../../load/public.ts';
import { type ValidationContext, validationWork } from '../../validation.ts';
import type { ApiDocument } from '../openapi/document.ts';
import { type ContractSettings, documentFrom, nameOf } from '../settings.ts';
import { Contract, type Held, isJson } from './answer.ts';
import { type ContractEvidence, contractEvidence, type HeldEvidence } from './evidence.ts';
import { judgeContracts, like } from './judge.ts';
import { askMadeUp } from './made-up.ts';
import { holdMessages } from './messages.ts';
import { sampleLogin } from './sample-login.ts';
import { type Asked, askTarget } from './traffic.ts';
import { Validator } from './validator.ts';

const problemsAtMost = 300;
const doubtsAtMost = 50;

/** Answers of the recording's traffic, held against OpenAPI documents. */
export const contracts = validationWork<ContractEvidence>({
  evidence: contractEvidence,
  run: (context) => holdAnswers(context as ValidationContext<ContractEvidence>),
  judge: (evidence) => judgeContracts(evidence),
});

async function holdAnswers(context: ValidationContext<ContractEvidence>): Promise<void> {
  const { config, signal, teardown, mark, phase, projectFolder, record } = context;
  const { contracts: settings, answersPerRoute, operationsPercent } = config.integration;
  if (settings.length === 0 && config.integration.messages.length === 0) {
    throw new ShakedownError('NOT_CONFIGURED', 'No contract is configured.', {
      hint: 'Name OpenAPI documents in integration.contracts.',
    });
  }
  await holdAllMessages(context);
  const all: Tally[] = [];
  const asMadeUp: { madeUp: number; document: ApiDocument }[] = [];
  for (const [i, one] of settings.entries()) {
    // One document costs no other.
    try {
      const read = await documentFrom(one.document, context, `document-${i + 1}`);
      all.push(new Tally(one, read));
      asMadeUp.push({ madeUp: one.madeUp, document: read.document });
    } catch (error) {
      signal.throwIfAborted();
      const { message, hint } = firstError(error);
      record({ kind: 'unusable', name: nameOf(one.document), error: [message, hint].filter(Boolean).join(' ') });
    }
  }
  if (all.length === 0) return;
  const { baseUrl } = await context.target();
  const tokens = await startTokens(config.target.tokenHook, projectFolder, (text) => mark({ text, kind: 'trouble' }));
  teardown.before('stop fetching tokens', () => tokens.stop());
  const validator = new Validator();
  teardown.before('end the thread that holds answers against schemas', () => validator.close());
  const check: Parameters<Contract['hold']>[1] = (key, schema, text) => validator.check(key, schema, text);
  // Without a list of routes, only an answer shows whether a document is about it.
  const wants = (route: string) =>
    all.some(({ routes }) => routes === null || routes.some((pattern) => like(pattern, route.replace(/^\S+ /, ''))));
  phase('asking the target as in the recording');
  const { sessions, stopped } = await askTarget(
    { config, baseUrl, tls: await tlsOptions(config.target.tls), signal, overlay: tokens.overlay, wants },
    answersPerRoute,
    async (asked) => {
      const about = aboutIt(all, asked);
      for (const tally of all) await tally.take(asked, check, about.includes(tally));
    },
  );
  const day = new Date().toISOString().slice(0, 10);
  for (const tally of all) record(tally.evidence({ sessions, stopped, day, operationsPercent }));
  await validator.close();
  for (const { madeUp, document } of asMadeUp) {
    if (madeUp === 0) continue;
    try {
      const login = config.target.sample === null ? tokens.overlay() : await sampleLogin(baseUrl, signal);
      const headers = { ...Object.fromEntries(config.target.headers), ...login };
      record(await askMadeUp({ document, examples: madeUp, baseUrl, headers }, context));
    } catch (error) {
      signal.throwIfAborted();
      const { message, hint } = firstError(error);
      const why = [message, hint].filter(Boolean).join(' ').replace(/\.$/, '');
      const nothing = { version: '', asked: 0, about: '', failures: [], problems: [], control: 0 };
      record({ kind: 'made-up', document: document.name, ...nothing, error: why });
    }
  }
  const held = all.reduce((sum, tally) => sum + tally.held, 0);
  phase(`${plural(held, 'answer')} held against ${plural(all.length, 'document')}`);
}

/** Of each schema by itself: one that cannot be used costs no other. */
async function holdAllMessages({
  config,
  teardown,
  signal,
  phase,
  record,
}: ValidationContext<ContractEvidence>): Promise<void> {
  const validator = new Validator();
  teardown.before('end the thread that holds messages against schemas', () => validator.close());
  for (const one of config.integration.messages) {
    signal.throwIfAborted();
    phase(`messages: ${one.name}`);
    try {
      record(await holdMessages(one, validator));
    } catch (error) {
      signal.throwIfAborted();
      const { message, hint } = firstError(error);
      record({ kind: 'unusable', name: one.name, error: [message, hint].filter(Boolean).join(' ') });
    }
  }
  await validator.close();
}

/**
 * The documents that an answer is held against: all that have the operation; else all that have its path; else all whose `routes` name it; else, as
 * undocumented JSON, the last one that has no `routes`.
 */
function aboutIt(all: readonly Tally[], asked: Asked): readonly Tally[] {
  // How a browser asks whether it may: no answer of the interface.
  if (asked.method === 'OPTIONS') return [];
  const ranked = all.map((tally) => ({ tally, ...tally.about(asked) }));
  for (const wanted of ['operation', 'method'] as const) {
    const found = ranked.filter(({ knows, isNamed }) => knows === wanted && isNamed !== false);
    if (found.length > 0) return found.map(({ tally }) => tally);
  }
  const named = ranked.filter(({ isNamed }) => isNamed === true);
  if (named.length > 0) return named.map(({ tally }) => tally);
  const last = ranked.findLast(({ isNamed }) => isNamed === null);
  return last !== undefined && isJson(typeOf(asked)) ? [last.tally] : [];
}

function typeOf({ received }: Asked): string {
  return (
    String(received?.headers['content-type'] ?? '')
      .split(';', 1)[0]
      ?.trim()
      .toLowerCase() ?? ''
  );
}

/** What the answers come to for one document. */
class Tally {
  readonly routes: ContractSettings['routes'];
  held = 0;
  readonly #settings: ContractSettings;
  readonly #read: Awaited<ReturnType<typeof documentFrom>>;
  readonly #contract: Contract;
  #elsewhere = 0;
  readonly #problems = new Map<string, HeldEvidence['problems'][number]>();
  #problemsLeftOut = 0;
  readonly #shown = new Map<string, HeldEvidence['shown'][number]>();
  readonly #doubts = new Map<string, number>();
  readonly #unanswered = new Map<string, { route: string; why: string; count: number }>();
  readonly #answered = new Map<string, number>();
  readonly #refused = { sessions: new Set<number>(), routes: new Set<string>(), answers: 0 };

  constructor(settings: ContractSettings, read: Awaited<ReturnType<typeof documentFrom>>) {
    this.#settings = settings;
    this.#read = read;
    this.routes = settings.routes;
    this.#contract = new Contract(read.document);
  }

  /** What the document has of a request, and whether its `routes` name it; null: it has none. */
  about({ method, path }: Asked): { knows: ReturnType<Contract['knows']>; isNamed: boolean | null } {
    const bare = path.split(/[?#]/, 1)[0] as string;
    return {
      knows: this.#contract.knows(method, path),
      isNamed: this.routes?.some((pattern) => like(pattern, bare)) ?? null,
    };
  }

  /** @param isAbout the document is about it */
  async take(
    { method, path, route, received, session, afterLeftOut }: Asked,
    check: Parameters<Contract['hold']>[1],
    isAbout: boolean,
  ): Promise<void> {
    if (!isAbout) {
      this.#elsewhere++;
      return;
    }
    if (received === null || received.status === 0) {
      this.#miss(
        route,
        received === null ? 'a value of an earlier answer is missing' : (received.problem ?? 'no answer'),
      );
      return;
    }
    const headers = new Map(Object.entries(received.headers).map(([name, value]) => [name, String(value)]));
    const answer = { method, path, route, status: received.status, headers, isCut: received.isCut };
    const found = await this.#contract.hold({ ...answer, body: received.body.toString('utf8') }, check);
    // Sessions are sent faster than they were recorded: a limit that this meets is no answer to what was asked.
    if (received.status === 429 && found.shown === null) {
      this.#miss(route, 'it was refused with 429, as too many came at once');
      return;
    }
    this.held++;
    this.#answered.set(route, (this.#answered.get(route) ?? 0) + 1);
    if (afterLeftOut === null) this.#add(found, received.status);
    else {
      // Who is not logged in is refused: what differs then shows nothing of the interface.
      this.#refused.sessions.add(session);
      this.#refused.routes.add(afterLeftOut);
      this.#refused.answers++;
      this.#add({ ...found, problems: [] }, received.status);
    }
  }

  evidence(about: Pick<HeldEvidence, 'sessions' | 'stopped' | 'day' | 'operationsPercent'>): HeldEvidence {
    const { document, sha256 } = this.#read;
    return {
      kind: 'held',
      document: {
        ...{ name: document.name, sha256, version: document.version, external: [...document.external] },
        operations: this.#contract.operations.map(({ id, responses }) => ({
          ...{ id, statuses: [...responses.keys()].map((status) => (status === 'DEFAULT' ? 'default' : status)) },
        })),
      },
      ...about,
      accepted: [...this.#settings.accepted],
      ...{ held: this.held, elsewhere: this.#elsewhere },
      problems: [...this.#problems.values()].sort((a, b) => b.count - a.count),
      problemsLeftOut: this.#problemsLeftOut,
      shown: [...this.#shown.values()],
      doubts: [...this.#doubts].map(([what, count]) => ({ what, count })),
      unanswered: [...this.#unanswered.values()].map((one) => ({
        ...one,
        answered: this.#answered.get(one.route) ?? 0,
      })),
      ...(this.#refused.answers === 0
        ? {}
        : {
            notLoggedIn: {
              ...{ sessions: this.#refused.sessions.size, answers: this.#refused.answers },
              routes: [...this.#refused.routes].sort().slice(0, 20),
            },
          }),
    };
  }

  #miss(route: string, why: string): void {
    const known = this.#unanswered.get(`${route} ${why}`) ?? { route, why, count: 0 };
    known.count++;
    this.#unanswered.set(`${route} ${why}`, known);
  }

  #add({ shown, problems, doubts }: Held, answered: number): void {
    if (shown !== null) {
      const key = `${shown.operation} ${shown.status}`;
      const known = this.#shown.get(key) ?? { ...shown, count: 0 };
      known.count++;
      if (answered >= 400) known.errors = (known.errors ?? 0) + 1;
      this.#shown.set(key, known);
    }
    for (const problem of problems) {
      const key = JSON.stringify(problem);
      const known = this.#problems.get(key);
      if (known !== undefined) known.count++;
      else if (this.#problems.size < problemsAtMost) this.#problems.set(key, { ...problem, count: 1 });
      else this.#problemsLeftOut++;
    }
    for (const doubt of doubts) {
      if (this.#doubts.has(doubt) || this.#doubts.size < doubtsAtMost)
        this.#doubts.set(doubt, (this.#doubts.get(doubt) ?? 0) + 1);
    }
  }
}
