import type { IncomingMessage } from 'node:http';
import type { Html } from './html.ts';
import type { Identity, Session } from './session.ts';

export interface ShopRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  /** Values of `:name` parts of the route, in order. */
  params: string[];
  headers: IncomingMessage['headers'];
  /** Of pages; of the API it is a throw-away one. */
  session: Session;
  /** Signed in by cookie (pages) or bearer token (API). */
  user: Identity | null;
  /** UTF-8 text, up to `maxBodyBytes`. */
  body: string;
  /** Pieces in the basket, as the browser's cookie says; for show only. */
  basketCount: number;
}

export interface Reply {
  status: number;
  type: string;
  body: string | Buffer;
  /** More headers, as a flat list of names and values. */
  headers?: string[];
}

export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** `/products/:id`: also the route label of metrics and logs. */
  path: string;
  kind: 'page' | 'api' | 'asset' | 'operations';
  /** Reads the catalogue: what the `slow` defect slows down. */
  catalogue?: true;
  access?: 'user' | 'admin';
  handle(request: ShopRequest): Reply | Promise<Reply>;
}

/** Thrown for a request that cannot be answered as asked; shown as an error page or JSON. */
export class HttpProblem extends Error {
  readonly status: number;
  readonly headers: string[];
  constructor(status: number, message: string, headers: string[] = []) {
    super(message);
    this.status = status;
    this.headers = headers;
  }
}

export function page(document: Html, status = 200, headers: string[] = []): Reply {
  return { status, type: 'text/html; charset=utf-8', body: document.text, headers };
}

export function json(value: unknown, status = 200, headers: string[] = []): Reply {
  return { status, type: 'application/json', body: JSON.stringify(value), headers };
}

export function seeOther(location: string, headers: string[] = []): Reply {
  return { status: 303, type: 'text/plain; charset=utf-8', body: '', headers: ['Location', location, ...headers] };
}

/** Whole number of a path part or field; NaN is never returned. */
export function wholeNumber(text: string | null | undefined, low: number, high: number): number | null {
  if (text === null || text === undefined || !/^\d{1,9}$/.test(text)) return null;
  const value = Number(text);
  return value >= low && value <= high ? value : null;
}

/** @throws HttpProblem 400 */
export function jsonBody(request: ShopRequest): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(request.body);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // answered below
  }
  throw new HttpProblem(400, 'A JSON object is needed.');
}
