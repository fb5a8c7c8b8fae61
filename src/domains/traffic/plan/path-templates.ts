/** Whether a path is one of a template's, whose parameters are `:id` or `{id}`; each stands for one segment. */
export function segmentsMatch(template: string, path: string): boolean {
  const [wanted, given] = [template.split('/'), path.split('/')];
  return (
    wanted.length === given.length &&
    wanted.every((segment, i) => {
      const own = given[i] ?? '';
      return /^:|\{[^}]*\}/.test(segment) ? own !== '' : segment === own;
    })
  );
}
