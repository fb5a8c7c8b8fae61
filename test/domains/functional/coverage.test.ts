import { expect, it } from 'vitest';
import { coverageOf } from '../../../src/domains/functional/covered/coverage.ts';

const lcov = `TN:
SF:/app/src/a.ts
DA:1,5
DA:2,0
LF:2
LH:1
end_of_record
SF:src/b.ts
DA:1,0
end_of_record
SF:src/made/c.ts
DA:1,1
end_of_record
SF:src/a.ts
DA:2,1
end_of_record
`;

it('reads lcov: files of several tests add up, by their path from the folder', () => {
  const facts = coverageOf(
    lcov,
    '/app',
    [{ files: 'src/made/**', reason: 'made by the build' }],
    ['src/a.ts', 'src/b.ts', 'src/d.ts'],
  );
  expect(facts).toMatchObject({ covered: 1, total: 2, notCovered: ['src/b.ts'], absent: ['src/d.ts'], faults: [] });
  expect(facts.excluded).toEqual([{ files: 'src/made/**', reason: 'made by the build', lines: 1, count: 1 }]);
});

it('says where lcov stops in the middle or disagrees with itself', () => {
  const faults = (text: string) => coverageOf(text, '/app', [], null).faults;
  expect(faults(lcov.slice(0, 40))).toEqual(['It stops in the middle.']);
  expect(faults(lcov.replace('LF:2', 'LF:3'))).toEqual(['/app/src/a.ts says 3 lines and has 2.']);
  expect(faults(lcov.replace('LH:1', 'LH:2'))).toEqual(['/app/src/a.ts says that 2 lines were run, and 1 were.']);
  expect(faults('nothing')).toEqual(['It names no file.']);
});

it('reads Cobertura, whose lines stand under methods as well', () => {
  const file = `<?xml version="1.0"?><coverage lines-valid="3" lines-covered="2"><sources><source>/app/src</source></sources>
<packages><package><classes><class filename="a.py"><methods><method><lines><line number="1" hits="4"/></lines></method></methods>
<lines><line number="1" hits="4"/><line number="2" hits="0"/></lines></class>
<class filename="b.py"><lines><line number="1" hits="1"/></lines></class></classes></package></packages></coverage>`;
  expect(coverageOf(file, '/app', [], ['src/a.py', 'src/b.py'])).toMatchObject({
    covered: 2,
    total: 3,
    absent: [],
    faults: [],
  });
  expect(coverageOf(file.replace('lines-valid="3"', 'lines-valid="300"'), '/app', [], null).faults).toEqual([
    'It says 300 lines and has 3.',
  ]);
  expect(coverageOf(file.slice(0, 300), '/app', [], null).faults[0]).toMatch(/stops in the middle/);
  expect(coverageOf('<html></html>', '/app', [], null).faults).toContain('It is neither lcov nor Cobertura.');
});
