/** What to put where in a config; undefined takes a key out. Paths are joined with spaces: repository patterns have dots. */
export type Change = Record<string, unknown>

/** Changes a config in place. Groups on the way that are not there are made. */
export function apply(config: object, change: Change): void {
  for (const [path, value] of Object.entries(change)) put(config as Record<string, unknown>, path.split(' '), value)
}

function put(owner: Record<string, unknown>, [key = '', ...rest]: string[], value: unknown): void {
  if (rest.length > 0) {
    owner[key] ??= {}
    put(owner[key] as Record<string, unknown>, rest, value)
  } else if (value === undefined) delete owner[key]
  else owner[key] = value
}
