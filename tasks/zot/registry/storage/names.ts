const component = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*'
const repository = new RegExp(`^${component}(?:/${component})*$`)

/** Whether this can be a repository name, by the grammar of the OCI distribution specification. */
export function isRepositoryName(name: string): boolean {
  return name.length <= 255 && repository.test(name)
}

/** Whether this can be a tag. */
export function isTag(text: string): boolean {
  return /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/.test(text)
}
