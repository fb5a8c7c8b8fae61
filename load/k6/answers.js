// What an answer says against the recorded one, for a stock k6; the module does the same in Go, and reads bodies too.
const compared = 2;
const otherType = 4;
const emptied = 8;
const documents = ['json', 'html', 'xml'];

/** 5xx, or a status of another class than recorded; as isWrongStatus in src/model/sample.ts. */
export function isWrongStatus(status, expected, isConditional) {
  if (status >= 500) return true;
  if (status === 304 && !isConditional && (expected === 304 || Math.floor(expected / 100) === 2)) return true;
  if (expected < 200 || expected >= 500 || [408, 429, 444, 499].indexOf(expected) >= 0) return false;
  const classOf = (one) => Math.floor((one === 304 ? 200 : one) / 100);
  return classOf(status) !== classOf(expected);
}

/** Whether a request names a copy that it has, which 304 says is still good. */
export function isConditional(headers) {
  return Object.keys(headers).some((name) => /^if-(none-match|modified-since)$/i.test(name));
}

/** How an answer differs from the recorded one, by flags and in words, as load/k6/replay/answers.go does; bodies are not compared here. */
export function answerFlags(request, response) {
  const { status, headers } = response;
  if (request.k === undefined || request.m === 'HEAD' || status < 200 || status > 299 || status === 206) return [0, ''];
  const [recorded, filled] = request.k;
  const isEmpty = status === 204 || headers['Content-Length'] === '0';
  if (isEmpty) return filled === 1 ? [compared | emptied, 'empty'] : [0, ''];
  if (recorded === '') return [filled === 1 ? compared : 0, ''];
  const got = answerKind(headers['Content-Type'] || '');
  const differs = got !== recorded && (documents.indexOf(got) >= 0 || documents.indexOf(recorded) >= 0);
  return differs ? [compared | otherType, `content type ${got || 'none'}, recorded ${recorded}`] : [compared, ''];
}

/** A content type without what may differ between two that mean the same. */
function answerKind(contentType) {
  const kind = contentType.split(';')[0].trim().toLowerCase();
  if (kind.indexOf('json') >= 0) return 'json';
  if (kind.indexOf('html') >= 0) return 'html';
  if (kind.indexOf('xml') >= 0 && kind.indexOf('image/') !== 0) return 'xml';
  return kind;
}
