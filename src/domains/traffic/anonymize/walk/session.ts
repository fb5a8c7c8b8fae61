import { decodePercent } from '../../../../model/percent-encoding.ts';
import type { RecordedRequest, RecordedResponse, RecordedSession } from '../../../../model/traffic.ts';
import type { FieldTree } from '../field.ts';
import { isParameter } from '../routes.ts';
import { rewriteBody } from './body.ts';
import type { Engine } from './engine.ts';
import { rewriteHeaders } from './headers.ts';
import { dateAt, rewriteOrigin, rewritePath } from './url.ts';

/** A session with every value put through the engine. Times, statuses and sizes are structure. */
export function rewriteSession(session: RecordedSession, id: string, engine: Engine): RecordedSession {
  return { id, startMs: session.startMs, requests: session.requests.map((request) => rewriteRequest(request, engine)) };
}

const methods =
  /^(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|TRACE|CONNECT|PROPFIND|PROPPATCH|REPORT|SEARCH|PURGE|LINK|UNLINK)$/;

function rewriteRequest(request: RecordedRequest, engine: Engine): RecordedRequest {
  const tree = engine.fields(request.method, request.route);
  const out: RecordedRequest = {
    offsetMs: request.offsetMs,
    method: rewriteMethod(tree, engine),
    origin: request.origin === '' ? '' : rewriteOrigin(request.origin, tree.root('origin'), engine),
    path: rewritePath(request.path, tree, engine),
    route: rewriteRoute(tree, engine),
  };
  if (request.headers !== undefined) out.headers = rewriteHeaders(request.headers, tree, '', engine);
  if (request.body !== undefined) out.body = rewriteBody(request.body, tree, '', engine, request.headers);
  if (request.status !== undefined) out.status = request.status;
  if (request.durationMs !== undefined) out.durationMs = request.durationMs;
  if (request.responseBytes !== undefined) out.responseBytes = request.responseBytes;
  if (request.response !== undefined) {
    const response: RecordedResponse = {};
    if (request.response.headers !== undefined) {
      response.headers = rewriteHeaders(request.response.headers, tree, 'response.', engine);
    }
    if (request.response.body !== undefined)
      response.body = rewriteBody(request.response.body, tree, 'response.', engine, request.response.headers);
    out.response = response;
  }
  return out;
}

/** Known methods stay; another one may be anything. */
export function rewriteMethod(tree: FieldTree, engine: Engine): string {
  if (!methods.test(tree.method)) return engine.value(tree.root('method'), tree.method) ?? 'GET';
  engine.structure(tree.method);
  return tree.method;
}

/** The template, where its literals may stay; one that does not is a parameter from now on, as its value is one. */
export function rewriteRoute(tree: FieldTree, engine: Engine): string {
  if (tree.plainRoute !== undefined) return tree.plainRoute;
  const segments = engine.routes.segmentsOf(tree.route);
  if (segments === undefined) return '(other)';
  let date = { end: 0, stays: false };
  const written = segments.map((segment, index) => {
    const place = () => tree.root(`path.${index}`);
    const found = index < date.end ? undefined : dateAt(segments.slice(index, index + 3).join('/'), 0);
    if (found !== undefined && place().action === undefined)
      date = { end: index + 3, stays: engine.value(place(), found) === found };
    if (index < date.end) return date.stays ? segment : ':id';
    if (segment === '' || isParameter(segment)) return segment;
    const text = decodePercent(segment);
    const replaced = engine.segment(text, decodePercent(segments[index - 1] ?? ''), place);
    if (replaced === text) return segment;
    return /^\d+$/.test(segment) ? ':id' : ':slug';
  });
  tree.plainRoute = engine.path(tree.route) ? tree.route : written.join('/');
  return tree.plainRoute;
}
