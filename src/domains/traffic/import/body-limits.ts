import type { Body } from '../../../model/traffic.ts';
import type { ImportedRecord } from './record.ts';

const maxResponseCharacters = 1024 * 1024;
const notText = /^(?:image|font|video|audio)\/(?!svg)|^application\/(?:octet-stream|zip|gzip|pdf|wasm|font|x-font)/i;

function isUseful(body: Body): boolean {
  return body.data.length <= maxResponseCharacters && !notText.test(body.mime);
}

/**
 * Leaves out response bodies that are not searched for values of later requests: pictures, fonts, archives, and what is
 * longer than 1 MB. Sizes stay known. Returns whether one was left out.
 */
export function dropLargeResponse(record: ImportedRecord): boolean {
  const { response } = record;
  if (response?.body === undefined || isUseful(response.body)) return false;
  record.responseBytes ??= Buffer.byteLength(response.body.data, response.body.encoding);
  record.response = response.headers === undefined ? {} : { headers: response.headers };
  return true;
}
