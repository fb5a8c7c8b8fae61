import { argumentsOf } from '../../../src/domains/chaos/fault-arguments.ts';
import { faults } from '../../../src/domains/chaos/faults/index.ts';

/** What each fault takes, from its schema. */
export function faultArguments(): string {
  const rows = faults.flatMap((fault) => {
    const first = [`\`${fault.name}\``, fault.on.join(', ')];
    const given = argumentsOf(fault);
    if (given.length === 0) return [`| ${first.join(' | ')} | none | | | |`];
    return given.map(({ name, wanted, usual, description }, index) => {
      const [named, on] = index === 0 ? first : ['', ''];
      const without = usual === null ? 'must be given' : usual === undefined ? '' : `\`${usual}\``;
      return `| ${named} | ${on} | \`${name}\` | ${wanted.replaceAll('|', '\\|')} | ${without} | ${description} |`;
    });
  });
  return `# Arguments of faults

Made from the schemas by \`npm run reference\`. Every fault takes \`component\`: the name of a component of the configuration, of the kind in the second column. It may take \`seconds\`, a number
above 0 after which the fault is taken away; without it the fault stays until a \`revert\`, a rollback or the end of the experiment. The unit of an argument is in its name; a share is from 0 to 1. What
each fault needs and how it is proved is in [faults.md](faults.md).

| fault | component | argument | wanted | when absent | |
| --- | --- | --- | --- | --- | --- |
${rows.join('\n')}
`;
}
