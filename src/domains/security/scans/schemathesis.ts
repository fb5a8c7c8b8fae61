import { cut, fingerprintOf } from '../finding.ts';
import { foreign } from './hosts.ts';
import { list, listOf, object, text } from './json.ts';
import { base, finding, type Reader, riskOf } from './native-finding.ts';

const mostOperations = 500;

/** What each kind of failure is a sign of, where OWASP has a place for it. */
const references: Readonly<Record<string, { asvs: string[]; top10: string }>> = {
  IgnoredAuth: { asvs: ['8.2.1'], top10: 'A01' },
  UseAfterFree: { asvs: [], top10: 'A01' },
  ServerError: { asvs: ['16.5.1'], top10: 'A10' },
  AcceptedNegativeData: { asvs: ['2.2.1'], top10: 'A05' },
};

/** The report of a whole run (`--report json`), which has counts of what was asked beside what failed. */
export const schemathesis: Reader = {
  is: (value) => 'schemathesis_version' in object(value),
  read(value, hosts) {
    const { schemathesis_version, command, complete, stop_reason, warnings, failures, errors, ...rest } = object(value);
    const [operations, cases] = [object(rest.operations), object(rest.test_cases)];
    const problems: string[] = [];
    if (complete !== true) problems.push(`Schemathesis did not come to its end: ${cut(text(stop_reason), 60)}`);
    const failed = listOf(errors, 'the errors of Schemathesis', problems);
    if (failed.length > 0 || Number(operations.errored) > 0)
      problems.push(
        `Schemathesis could not ask ${Math.max(failed.length, Number(operations.errored) || 0)} times: ${cut(text(object(failed[0]).title) || text(object(failed[0]).message), 100)}`,
      );
    const left = Number(operations.total) - Number(operations.tested);
    if (left > 0) problems.push(`${left} of ${text(operations.total)} operations were not asked`);
    // It never came in, so that nothing is shown of what lies behind a login.
    const shut = list(object(warnings).missing_auth);
    if (shut.length > 0)
      problems.push(`${shut.length} operations answered with 401 or 403 alone: ${cut(text(shut[0]), 80)}`);
    const elsewhere = hosts === null ? null : foreignAddress(text(command, 4000), hosts);
    if (elsewhere !== null) problems.push(elsewhere);
    const asked = Number(cases.generated) - (Number(cases.without_checks) || 0) - (Number(cases.errored) || 0);
    const shallow = list(object(warnings).missing_test_data).length;
    return {
      ...base,
      tool: 'Schemathesis',
      version: text(schemathesis_version, 60) || null,
      format: 'Schemathesis',
      findings: listOf(failures, 'the failures of Schemathesis', problems).map(object).flatMap(ofFailure),
      problems,
      looked: Number.isFinite(asked)
        ? {
            count: asked,
            unit: `requests to ${text(operations.tested)} operations${shallow === 0 ? '' : `, ${shallow} of which answered with 404 alone`}`,
          }
        : null,
    };
  },
};

function ofFailure({ type, code, title, severity, operations }: Readonly<Record<string, unknown>>) {
  const [kind, rule] = [text(type, 100), text(code, 40) || text(type, 100)];
  const of = references[kind] ?? { asvs: [], top10: null };
  const places = list(operations)
    .slice(0, mostOperations)
    .map((one) => text(one, 300));
  return (places.length === 0 ? ['an operation that is not named'] : places).map((where) =>
    finding({
      tool: 'Schemathesis',
      fingerprint: fingerprintOf(['schemathesis', rule, where]),
      rule,
      title: `${text(title)} (${kind})`,
      risk: riskOf(severity),
      where,
      remedy: 'Its own report names a request that shows it; `schemathesis explain` says what it means.',
      ...of,
    }),
  );
}

/** By the address that it was told to ask; its report has none of its own. */
function foreignAddress(command: string, hosts: readonly string[]): string | null {
  const [, address] =
    /(?:^|\s)(?:-u|--url|--origin)[ =](\S+)/.exec(command) ?? /\s(https?:\/\/\S+)/.exec(command) ?? [];
  return address === undefined ? 'it does not say which address it asked' : foreign(address, hosts);
}
