import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { refuse, serveOnLoopback } from '../../../environment/loopback.ts';
import type { Results } from '../../../model/results.ts';
import type { ScenarioInfo } from '../../../model/uat.ts';
import { hasSignOffs } from '../../../signing/acceptance.ts';
import { mostAnswers, readAnswer } from '../feedback/answer.ts';
import { addAnswers } from '../feedback/store.ts';
import { type FeedbackForm, feedbackPage } from '../view/feedback-page.ts';

/** A role, a comment of 2,000 characters of four bytes each, all of it percent-encoded. */
const mostBytes = 32 * 1024;
const noWords = { role: '', score: '', comment: '', scenario: '' };

/**
 * Serves the page on which people give feedback on a run, on 127.0.0.1 only and under an address that nobody can guess. Answers go into
 * the run's evidence and its manifest, one after the other, and the report is made again.
 * @param port 0 for any free one
 * @param render judges the run and makes its reports again
 * @throws ShakedownError PORT_TAKEN; RUN_DAMAGED where the run cannot be read
 */
export async function serveFeedback(
  folder: string,
  port: number,
  render: () => Promise<Results>,
  onAnswer: (text: string) => void,
): Promise<{ address: string; close(): Promise<void> }> {
  const token = randomBytes(16).toString('hex');
  const path = `/${token}`;
  let results = await render();
  let queue: Promise<unknown> = Promise.resolve();
  let origin = '';

  const send = (
    response: ServerResponse,
    status: number,
    given: Partial<Pick<FeedbackForm, 'thanks' | 'problem' | 'written'>>,
  ) => {
    const { html, policy } = feedbackPage({
      ...formOf(results, hasSignOffs(folder)),
      action: path,
      token,
      thanks: false,
      problem: null,
      written: noWords,
      ...given,
    });
    response.setHeader('Content-Security-Policy', policy);
    // With no referrer at all, a form would be sent with Origin null, as from another site.
    response.setHeader('Referrer-Policy', 'same-origin');
    response.writeHead(status, { 'Content-Type': 'text/html; charset=utf-8' }).end(html);
  };

  /** What was sent, as far as it may be an answer; null: it was refused. */
  const read = async (request: IncomingMessage, response: ServerResponse): Promise<URLSearchParams | null> => {
    const no = (status: number, text: string) => {
      refuse(response, status, text);
      return null;
    };
    const from = request.headers.origin;
    if (from !== undefined && from !== origin && from !== origin.replace('127.0.0.1', 'localhost'))
      return no(403, 'Not for other sites.');
    if (!/^application\/x-www-form-urlencoded\b/i.test(request.headers['content-type'] ?? ''))
      return no(415, 'Only a form.');
    const body = await bodyOf(request);
    if (body === null) {
      response.setHeader('Connection', 'close');
      return no(413, 'Too much.');
    }
    const fields = new URLSearchParams(body);
    return isSame(fields.get('token') ?? '', token) ? fields : no(403, 'Not from this page.');
  };

  const take = async (fields: URLSearchParams, response: ServerResponse) => {
    const text = (name: string) => (fields.get(name) ?? '').replaceAll('\r\n', '\n');
    const written = { role: text('role'), score: text('score'), comment: text('comment'), scenario: text('scenario') };
    const { scale, answers } = feedbackKnown(results);
    if (answers >= mostAnswers)
      return send(response, 409, { problem: 'This run has all the answers it can hold.', written });
    const known = scenariosOf(results).some(({ id }) => id === written.scenario);
    const answer = readAnswer(
      {
        ...{ role: written.role, score: written.score === '' ? 'none' : written.score, comment: written.comment },
        ...{ scenario: known ? written.scenario : null, date: new Date().toISOString().slice(0, 10) },
      },
      scale,
    );
    if (typeof answer === 'string') return send(response, 400, { problem: answer, written });
    try {
      addAnswers(folder, [answer]);
    } catch (error) {
      return send(response, 500, { problem: (error as Error).message, written });
    }
    results = await render();
    onAnswer(`${answer.role}: ${answer.score}`);
    response.writeHead(303, { Location: `${path}?thanks` }).end();
  };

  const server = await serveOnLoopback(
    port,
    { [path]: (_, response, url) => send(response, 200, { thanks: url.searchParams.has('thanks') }) },
    {
      [path]: (request, response) => {
        const failed = () => {
          if (!response.headersSent) refuse(response, 500, 'The answer could not be kept.');
        };
        // An answer takes its turn when it is there: one that never ends must not hold up the others.
        read(request, response).then((fields) => {
          if (fields !== null) queue = queue.then(() => take(fields, response)).catch(failed);
        }, failed);
      },
    },
  );
  origin = server.origin;
  return {
    address: `${server.origin}${path}`,
    async close() {
      await queue;
      await server.close();
    },
  };
}

function feedbackKnown({ sections: { uat } }: Results): { scale: FeedbackForm['scale']; answers: number } {
  return { scale: uat?.feedback?.scale ?? '1-5', answers: uat?.feedback?.all.answers ?? 0 };
}

function scenariosOf({ sections: { uat } }: Results): ScenarioInfo[] {
  return (uat?.acceptance?.scenarios ?? []).map(({ info }) => info);
}

function formOf(
  results: Results,
  signed: boolean,
): Pick<FeedbackForm, 'candidate' | 'scale' | 'roles' | 'scenarios' | 'answers' | 'signed'> {
  const { candidate, sections } = results;
  const infos = scenariosOf(results);
  const answered = sections.uat?.feedback?.roles ?? [];
  return {
    candidate: `${candidate.name} ${candidate.version}`,
    roles: [...new Set([...infos, ...answered].map(({ role }) => role))],
    scenarios: infos,
    signed,
    ...feedbackKnown(results),
  };
}

/** null: it is larger than an answer can be; the rest of it is not read. */
async function bodyOf(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > mostBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function isSame(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}
