import { z } from 'zod';
import type { Server } from '../server.ts';
import { queryAnswer } from './answers.ts';
import { get } from './get.ts';

export interface Sample {
  labels: Record<string, string>;
  /** Seconds since the epoch. */
  atS: number;
  value: number;
}

export interface Series {
  labels: Record<string, string>;
  samples: { atS: number; value: number }[];
}

/** Why a question was not answered as it should. */
export class PrometheusProblem extends Error {
  /** `refused`: it says that the question is wrong; `failed`: it could not answer; `unreachable`: nobody answered, or not in its words. */
  readonly kind: 'refused' | 'failed' | 'unreachable';

  constructor(kind: PrometheusProblem['kind'], message: string) {
    super(message.slice(0, 300));
    this.kind = kind;
  }
}

const envelope = z.object({ status: z.string(), data: z.unknown().optional(), error: z.string().optional() }).loose();

/** Queries the HTTP API of Prometheus, or of a server that is compatible with it. */
export class PrometheusApi {
  readonly #server: Server;
  readonly #signal: AbortSignal;
  readonly #timeoutMs: number;

  constructor(server: Server, signal: AbortSignal, timeoutMs = 15_000) {
    this.#server = server;
    this.#signal = signal;
    this.#timeoutMs = timeoutMs;
  }

  /**
   * The `data` of an answer, and how long it took.
   * @param path `/api/v1/targets`
   * @throws PrometheusProblem
   */
  async ask<T>(
    path: string,
    schema: z.ZodType<T>,
    parameters: Record<string, string | readonly string[]> = {},
  ): Promise<{ data: T; tookMs: number }> {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(parameters))
      for (const one of typeof value === 'string' ? [value] : value) query.append(name, one);
    const text = query.toString();
    const { status, body, tookMs } = await this.text(text === '' ? path : `${path}?${text}`);
    const answer = parsed(body);
    if (answer === null) throw new PrometheusProblem('unreachable', `status ${status}, and no answer of Prometheus`);
    if (answer.status !== 'success') {
      const kind = status === 400 || status === 422 ? 'refused' : 'failed';
      throw new PrometheusProblem(kind, answer.error ?? `status ${status}`);
    }
    const data = schema.safeParse(answer.data);
    if (!data.success) throw new PrometheusProblem('unreachable', 'its answer is of another form than Prometheus’');
    return { data: data.data, tookMs };
  }

  /** @throws PrometheusProblem where nobody answers in time */
  async text(path: string): Promise<{ status: number; body: string; tookMs: number }> {
    try {
      return await get(this.#server, path, this.#timeoutMs, this.#signal);
    } catch (error) {
      this.#signal.throwIfAborted();
      throw new PrometheusProblem('unreachable', (error as Error).message);
    }
  }

  /** The values of an expression at a moment. @param atS seconds since the epoch; absent: now @throws PrometheusProblem */
  async instant(expression: string, atS?: number): Promise<Sample[]> {
    const time: Record<string, string> = atS === undefined ? {} : { time: String(atS) };
    const { data } = await this.ask('/api/v1/query', queryAnswer, { query: expression, ...time });
    if (data.resultType === 'scalar') return [{ labels: {}, atS: data.result[0], value: number(data.result[1]) }];
    if (data.resultType !== 'vector') return [];
    return data.result.flatMap(({ metric, value }) =>
      value === undefined ? [] : [{ labels: metric, atS: value[0], value: number(value[1]) }],
    );
  }

  /** How many series an expression has at a moment. @throws PrometheusProblem */
  async count(expression: string, atS?: number): Promise<number> {
    return (await this.instant(`count(${expression})`, atS))[0]?.value ?? 0;
  }

  /** @throws PrometheusProblem */
  async range(expression: string, span: { fromS: number; toS: number; stepS: number }): Promise<Series[]> {
    const { data } = await this.ask('/api/v1/query_range', queryAnswer, {
      query: expression,
      ...{ start: String(span.fromS), end: String(span.toS), step: String(span.stepS) },
    });
    if (data.resultType !== 'matrix') return [];
    return data.result.map(({ metric, values }) => ({
      labels: metric,
      samples: values.map(([atS, value]) => ({ atS, value: number(value) })),
    }));
  }
}

function parsed(body: string): z.output<typeof envelope> | null {
  try {
    const answer = envelope.safeParse(JSON.parse(body));
    return answer.success ? answer.data : null;
  } catch {
    return null;
  }
}

/** A value as Prometheus writes it. */
function number(text: string): number {
  if (text === '+Inf') return Number.POSITIVE_INFINITY;
  return text === '-Inf' ? Number.NEGATIVE_INFINITY : Number(text);
}
