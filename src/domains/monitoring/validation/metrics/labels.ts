/** What a label's values look like. */
export interface LabelValues {
  values: number;
  /** Values that name a person or let somebody in. */
  emails: number;
  tokens: number;
  /** Values that are new for each thing: UUIDs, digests, long numbers, paths with numbers in them. */
  ids: number;
}

const email = /^[^\s@<>"'=]+@[^\s@<>"'=]+\.([a-z]{2,})$/i;
/** Units of systemd have an @ and a dot as well: `user@1000.service`. */
const units = new Set('service slice scope mount socket timer device target path swap automount'.split(' '));
const token = /^eyJ[\w-]{10,}\.[\w-]+\.|^(sk|pk|ghp|gho|xox[abp])[-_][\w-]{16,}$|^bearer\s/i;
const id =
  /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\b[0-9a-f]{24,}\b|[/?&=]\d{3,}($|[/?&])|^\d{6,}$/i;

/** Labels that hold an id of something of which there are few at a time, by the exporters that everybody has. */
export const fewAtATime = new Set([
  ...['le', 'quantile', '__name__', 'instance', 'address', 'broadcast', 'uuid', 'boot_id', 'machine_id', 'system_uuid'],
  ...['id', 'uid', 'container_id', 'image_id', 'image', 'pod', 'container', 'node', 'device', 'revision', 'datid'],
  ...['mountpoint', 'replicaset', 'pod_template_hash', 'system_uuid', 'provider_id', 'volumename', 'queryid'],
]);

/** @param values of one label, each once */
export function looksOf(values: readonly string[]): LabelValues {
  const count = (test: (value: string) => boolean) => values.filter(test).length;
  return {
    values: values.length,
    emails: count((value) => isEmail(value)),
    tokens: count((value) => token.test(value)),
    ids: count((value) => id.test(value)),
  };
}

function isEmail(value: string): boolean {
  const [, last] = email.exec(value) ?? [];
  return last !== undefined && !units.has(last.toLowerCase());
}

/** Fewer are no series for each user or request. */
const idsAtLeast = 20;

/** Whether a label's values grow with what happens. */
export function isUnbounded(name: string, { values, ids }: LabelValues): boolean {
  return !fewAtATime.has(name) && ids >= idsAtLeast && ids > values / 2;
}
