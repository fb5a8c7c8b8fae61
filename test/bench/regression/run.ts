// How often the comparison of two versions reports what is not there, and finds what is: `npm run bench:regression`.
import { changes } from '../../domains/regression/changes.ts';
import { judgedShop } from '../../domains/regression/small-shop.ts';

const equalRuns = 200;
const runsOfEach = 5;

/** @returns how many fields are said to be different, and how many cannot be judged */
function counts(...given: Parameters<typeof judgedShop>) {
  const judged = judgedShop(...given);
  const paths = new Set(judged.filter(({ standing }) => standing === 'different').map(({ field }) => field.path));
  return { paths: [...paths], open: judged.filter(({ standing }) => standing === 'too few').length };
}

for (const sessions of [30, 150]) {
  let [alarms, open] = [0, 0];
  for (let seed = 1; seed <= equalRuns; seed++) {
    const found = counts(null, { sessions, seed });
    if (found.paths.length > 0) alarms++;
    if (found.open > 0) open++;
  }
  console.log(
    `two equal versions, ${sessions} sessions: ${alarms} of ${equalRuns} runs report something, in ${open} a field cannot be judged`,
  );
  let [found, all, wrong] = [0, 0, 0];
  const missed = new Map<string, number>();
  for (const { name, change, path } of changes)
    for (let seed = 1; seed <= runsOfEach; seed++) {
      const { paths } = counts(change, { sessions, seed: 500 + seed });
      all++;
      if (paths.some((one) => path.test(one))) found++;
      else missed.set(name, (missed.get(name) ?? 0) + 1);
      if (paths.some((one) => !path.test(one))) wrong++;
    }
  console.log(
    `${changes.length} planted changes, ${sessions} sessions: ${found} of ${all} found, another field accused in ${wrong}`,
  );
  for (const [name, times] of missed) console.log(`  missed ${times} of ${runsOfEach}: ${name}`);
}
