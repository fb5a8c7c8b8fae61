import type { Dashboard, DataSource, DataSourceName } from './model.ts';

/** What a query is asked of. */
export type Asked =
  | { kind: 'prometheus'; timeInterval: string | null }
  /** Of another type: it is not asked here. */
  | { kind: 'other'; type: string }
  | { kind: 'wrong'; why: string };

/** Types whose API is that of Prometheus. */
const prometheusTypes = new Set([
  ...['prometheus', 'grafana-amazonprometheus-datasource', 'grafana-azureprometheus-datasource'],
  'victoriametrics-metrics-datasource',
]);

/** @param known those that Grafana has; null: nothing says */
export function askedOf(
  name: DataSourceName | null,
  dashboard: Pick<Dashboard, 'variables' | 'inputs'>,
  known: readonly DataSource[] | null,
): Asked {
  if (name === null)
    return ofType(
      (known?.find(({ isDefault }) => isDefault) ?? known?.[0])?.type ?? 'prometheus',
      known?.find(({ isDefault }) => isDefault) ?? null,
    );
  const [, variable] = /^(?:\$\{?(\w+)(?::\w+)?\}?)$/.exec(name.name) ?? [];
  if (variable !== undefined) return ofVariable(variable, dashboard, known);
  if (/^-- .* --$/.test(name.name) || name.type === 'datasource') return { kind: 'other', type: name.name };
  if (known === null) return ofType(name.type ?? 'prometheus', null);
  const found = known.find(({ uid, name: called }) => uid === name.name || called === name.name);
  // A type without a uid is the first one of that type.
  const ofSame = name.name === '' ? known.find(({ type }) => type === name.type) : undefined;
  const source = found ?? ofSame;
  if (source === undefined) {
    const shown = name.name === '' ? `of type ${name.type}` : name.name;
    return {
      kind: 'wrong',
      why: `there is no data source ${shown}; there is ${known.map((one) => one.uid ?? one.name).join(', ') || 'none'}`,
    };
  }
  return ofType(source.type, source);
}

function ofVariable(
  variable: string,
  { variables, inputs }: Pick<Dashboard, 'variables' | 'inputs'>,
  known: readonly DataSource[] | null,
): Asked {
  const found = variables.find(({ name, type }) => name === variable && type === 'datasource');
  if (found !== undefined) {
    const source = known?.find(({ type }) => type === found.query);
    if (known !== null && source === undefined)
      return { kind: 'wrong', why: `variable ${variable} finds no data source of type ${found.query}` };
    return ofType(found.query, source ?? null);
  }
  const why = inputs.includes(variable)
    ? `\${${variable}} is asked for only where a person imports the dashboard by hand; where it is provisioned from a file or a ConfigMap it stays as it is, and every panel says that there is no such data source`
    : `\${${variable}} is no variable of the dashboard`;
  return { kind: 'wrong', why };
}

function ofType(type: string, source: DataSource | null): Asked {
  return prometheusTypes.has(type)
    ? { kind: 'prometheus', timeInterval: source?.timeInterval ?? null }
    : { kind: 'other', type };
}
