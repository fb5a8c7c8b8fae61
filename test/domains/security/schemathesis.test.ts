import { describe, expect, it } from 'vitest';
import { readResult } from '../../../src/domains/security/scans/read.ts';

/** As version 4.32.5 wrote it of the sample shop, shortened. @param more what is another */
const report = (more: object = {}) => ({
  ...{ schemathesis_version: '4.32.5', stop_reason: 'completed', complete: true, exit_code: 1, errors: [] },
  command: 'st run api.json --url http://127.0.0.1:4711 -H Authorization: [Filtered] --report json',
  operations: { total: 15, selected: 15, tested: 15, errored: 0, skipped: 0, skip_reasons: [] },
  test_cases: { generated: 615, with_failures: 4, unique_failures: 4, without_checks: 20, errored: 0 },
  failures: [],
  warnings: { missing_auth: [], missing_test_data: [] },
  ...more,
});
const failures = [
  {
    ...{ type: 'ServerError', code: 'ST101', title: 'Server error', severity: 'critical', count: 1 },
    operations: ['POST /api/orders/confirmed'],
  },
  {
    ...{ type: 'AcceptedNegativeData', code: 'ST201', title: 'Schema-violating request accepted', severity: 'medium' },
    operations: ['GET /api/orders', 'GET /api/products'],
  },
];
const read = (value: unknown) => readResult(value, 'x', { hosts: ['127.0.0.1:4711'], part: 'dynamic' });

describe('a report of Schemathesis', () => {
  it('says how much was asked, and finds each operation that failed', () => {
    const { findings, looked, problems, version } = read(report({ failures }));
    expect({ looked, problems, version }).toEqual({
      looked: { count: 595, unit: 'requests to 15 operations' },
      problems: [],
      version: '4.32.5',
    });
    expect(findings.map(({ rule, where, risk, certain }) => [rule, where, risk, certain])).toEqual([
      ['ST101', 'POST /api/orders/confirmed', 'critical', true],
      ['ST201', 'GET /api/orders', 'medium', true],
      ['ST201', 'GET /api/products', 'medium', true],
    ]);
    expect(new Set(findings.map(({ fingerprint }) => fingerprint)).size).toBe(3);
  });
  it.each<[string, object, RegExp]>([
    ['it was stopped', { complete: false, stop_reason: 'max_time' }, /did not come to its end: max_time/],
    ['something could not be asked', { errors: [{ title: 'Network Error' }] }, /could not ask 1 times: Network Error/],
    ['operations were left', { operations: { total: 15, tested: 11 } }, /4 of 15 operations were not asked/],
    ['it never came past the login', { warnings: { missing_auth: ['GET /a'] } }, /1 operations answered with 401/],
    ['it asked another host', { command: 'st run a.json -u http://other.example' }, /of other\.example, which is not/],
    ['it does not say whom it asked', { command: 'st run a.json' }, /does not say which address/],
    ['its failures are no list', { failures: {} }, /failures of Schemathesis are no list/],
  ])('proves nothing where %s', (_, more, problem) => {
    expect(read(report(more)).problems.join()).toMatch(problem);
  });
  it('without counts does not say that it looked, and by its schema says whom it asked', () => {
    expect(read(report({ test_cases: undefined })).looked).toBeNull();
    expect(read(report({ command: 'st run http://127.0.0.1:4711/openapi.json' })).problems).toEqual([]);
  });
  it('names what answered with 404 alone, as its findings say little of it', () => {
    const { looked } = read(report({ warnings: { missing_test_data: ['GET /api/orders/{id}'] } }));
    expect(looked?.unit).toBe('requests to 15 operations, 1 of which answered with 404 alone');
  });
});
