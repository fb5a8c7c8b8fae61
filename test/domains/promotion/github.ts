import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { callOf, filled } from './github-schemas.ts';

/** Answers of a stand-in for GitHub that are not what was asked for. */
export interface Fault {
  method: string;
  path: RegExp;
  /** `silent`: no answer; `cut`: the connection ends. */
  answer: number | 'silent' | 'cut';
  headers?: Record<string, string>;
  /** What is asked for is done nevertheless. */
  done?: boolean;
  /** How often; absent: always. */
  times?: number;
}

interface Comment {
  id: number;
  body: string;
  user: Account;
  created_at: string;
}

export interface Account {
  login: string;
  id: number;
  type: string;
}

export const ours: Account = { login: 'shakedown[bot]', id: 7, type: 'Bot' };
export const stranger: Account = { login: 'mallory', id: 13, type: 'User' };

/**
 * A real HTTP server that refuses what GitHub would: a wrong token, bodies that its OpenAPI document does not have, texts that are too long, deployments that
 * are still active. What it answers is held against the same document.
 */
export class GithubStandIn {
  readonly comments: Comment[] = [];
  readonly statuses: { id: number; sha: string; [key: string]: unknown }[] = [];
  readonly deployments: { id: number; active: boolean; body: Record<string, unknown> }[] = [];
  readonly reviews: unknown[] = [];
  readonly commits: unknown[] = [];
  readonly approvals: unknown[] = [];
  readonly requests: string[] = [];
  readonly faults: Fault[] = [];
  /** What of its own answers does not fit the document. */
  readonly wrongAnswers: string[] = [];
  head = 'a'.repeat(40);
  state = 'open';
  #id = 100;
  readonly #server = createServer((request, response) => void this.#serve(request, response));

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  comment(body: string, user: Account = ours, at = new Date().toISOString()): void {
    this.comments.push({ id: this.#id++, body, user, created_at: at });
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', `http://${request.headers.host}`);
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const text = Buffer.concat(pieces).toString('utf8');
    const method = request.method ?? 'GET';
    this.requests.push(`${method} ${url.pathname}`);
    const fault = this.faults.find(
      (each) => each.method === method && each.path.test(url.pathname) && each.times !== 0,
    );
    if (fault?.times !== undefined) fault.times--;
    const answer =
      fault === undefined || fault.done === true
        ? this.#answer(method, url, text === '' ? undefined : JSON.parse(text), request.headers.authorization)
        : null;
    if (fault?.answer === 'silent') return;
    if (fault?.answer === 'cut') {
      request.socket.destroy();
      return;
    }
    const [status, body] =
      fault === undefined ? (answer ?? [500, null]) : [fault.answer as number, { message: 'as asked' }];
    const { slice, link } = paged(url, body);
    const headers = { 'content-type': 'application/json', ...(link === null ? {} : { link }), ...fault?.headers };
    response.writeHead(status, headers).end(status === 204 ? '' : JSON.stringify(slice));
  }

  #answer(method: string, url: URL, body: unknown, authorization: string | undefined): [number, unknown] {
    if (authorization !== 'Bearer right') return [401, { message: 'Bad credentials' }];
    const call = callOf(method, url.pathname);
    if (call === null) return [404, { message: 'Not Found' }];
    const unknown = [...url.searchParams.keys()].find((name) => !call.query.includes(name));
    if (unknown !== undefined) return [422, { message: `no parameter ${unknown}` }];
    const problem = call.bodyProblem(body);
    if (problem !== null) return [422, { message: `Validation Failed: ${problem}` }];
    const [status, own] = this.#do(
      `${method} ${call.template}`,
      call.params,
      (body ?? {}) as Record<string, unknown>,
      url,
    );
    if (status >= 400) return [status, own];
    const shape = call.sampled(status);
    const one = Array.isArray(shape) ? shape[0] : shape;
    const whole = Array.isArray(own) ? own.map((each) => filled(one, each)) : filled(one, own);
    const wrong = call.answerProblem(status, whole);
    if (wrong !== null) this.wrongAnswers.push(`${method} ${call.template}: ${wrong}`);
    return [status, whole];
  }

  #do(
    what: string,
    params: Readonly<Record<string, string>>,
    body: Record<string, unknown>,
    url: URL,
  ): [number, unknown] {
    const repo = '/repos/{owner}/{repo}';
    switch (what) {
      case `GET ${repo}/pulls/{pull_number}`:
        return [
          200,
          {
            number: Number(params.pull_number),
            state: this.state,
            user: stranger,
            head: { sha: this.head },
          },
        ];
      case `GET ${repo}/commits/{ref}`:
        return [200, { sha: this.head }];
      case `GET ${repo}/pulls/{pull_number}/reviews`:
        return [200, this.reviews];
      case `GET ${repo}/pulls/{pull_number}/commits`:
        return [200, this.commits];
      case `GET ${repo}/actions/runs/{run_id}`:
        return [200, { id: Number(params.run_id), head_sha: this.head, actor: stranger, triggering_actor: stranger }];
      case `GET ${repo}/actions/runs/{run_id}/approvals`:
        return [200, this.approvals];
      case `GET ${repo}/issues/{issue_number}/comments`:
        return [200, this.comments];
      case `POST ${repo}/issues/{issue_number}/comments`:
        if (String(body.body).length > 65_536) return [422, { message: 'Validation Failed: body is too long' }];
        this.comment(String(body.body));
        return [201, this.comments.at(-1)];
      case `PATCH ${repo}/issues/comments/{comment_id}`: {
        const found = this.comments.find(({ id }) => id === Number(params.comment_id));
        if (found === undefined) return [404, { message: 'Not Found' }];
        found.body = String(body.body);
        return [200, found];
      }
      case 'GET /user':
        return [200, ours];
      case `DELETE ${repo}/issues/comments/{comment_id}`: {
        const at = this.comments.findIndex(({ id }) => id === Number(params.comment_id));
        if (at === -1) return [404, { message: 'Not Found' }];
        this.comments.splice(at, 1);
        return [204, null];
      }
      case `GET ${repo}/commits/{ref}/statuses`:
        return [200, this.statuses.filter(({ sha }) => sha === params.ref).reverse()];
      case `POST ${repo}/statuses/{sha}`: {
        if (params.sha !== this.head) return [422, { message: 'No commit found for SHA' }];
        if (String(body.description ?? '').length > 140) return [422, { message: 'description is too long' }];
        const status = { target_url: null, description: null, ...body, id: this.#id++, sha: params.sha ?? '' };
        this.statuses.push(status);
        return [201, status];
      }
      case `GET ${repo}/deployments`:
        return [
          200,
          this.deployments
            .filter((each) =>
              ['task', 'environment'].every(
                (key) => !url.searchParams.has(key) || each.body[key] === url.searchParams.get(key),
              ),
            )
            .map(deploymentOf)
            .reverse(),
        ];
      case `POST ${repo}/deployments`: {
        if (body.auto_merge !== false) return [202, { message: 'Auto-merged the default branch' }];
        if (body.required_contexts === undefined) return [409, { message: 'Conflict: Commit status checks failed' }];
        if (body.ref !== this.head) return [422, { message: 'No ref found' }];
        this.deployments.push({ id: this.#id++, active: true, body });
        return [201, deploymentOf(this.deployments.at(-1) ?? { id: 0, body: {} })];
      }
      case `POST ${repo}/deployments/{deployment_id}/statuses`: {
        const found = this.deployments.find(({ id }) => id === Number(params.deployment_id));
        if (found === undefined) return [404, { message: 'Not Found' }];
        found.active = body.state !== 'inactive';
        return [
          201,
          {
            id: this.#id++,
            state: body.state,
            target_url: 'https://example.com',
            environment_url: 'https://example.com',
            log_url: 'https://example.com',
          },
        ];
      }
      case `DELETE ${repo}/deployments/{deployment_id}`: {
        const at = this.deployments.findIndex(({ id }) => id === Number(params.deployment_id));
        if (at === -1) return [404, { message: 'Not Found' }];
        if (this.deployments[at]?.active) return [422, { message: 'We cannot delete an active deployment' }];
        this.deployments.splice(at, 1);
        return [204, null];
      }
      default:
        return [404, { message: 'Not Found' }];
    }
  }
}

function deploymentOf({ id, body }: { id: number; body: Record<string, unknown> }) {
  return {
    id,
    sha: body.ref,
    ref: body.ref,
    task: body.task,
    payload: body.payload,
    environment: body.environment,
    creator: ours,
  };
}

/** Thirty a page, or as many as are asked for, up to a hundred. */
function paged(url: URL, body: unknown): { slice: unknown; link: string | null } {
  if (!Array.isArray(body)) return { slice: body, link: null };
  const size = Math.min(100, Number(url.searchParams.get('per_page') ?? 30));
  const page = Number(url.searchParams.get('page') ?? 1);
  const next = new URL(url.href);
  next.searchParams.set('page', String(page + 1));
  const isLast = page * size >= body.length;
  return { slice: body.slice((page - 1) * size, page * size), link: isLast ? null : `<${next.href}>; rel="next"` };
}
