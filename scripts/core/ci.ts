/** CI, and the lines of output that its runners take for commands: GitHub's, Forgejo's and Gitea's read the same grammar. */
import { inert, plain } from './plain.ts'

/** `actions`: a runner that reads workflow commands. `other`: any other CI, which has only the words. */
export type Ci = 'actions' | 'other'

/** Null: a person, or a program that is no CI. */
export function ciOf(env: Readonly<Record<string, string | undefined>>): Ci | null {
  // What a task calls is told through the run that works the task.
  if (env.MIKADO_SESSION) return null
  if ([env.GITHUB_ACTIONS, env.FORGEJO_ACTIONS, env.GITEA_ACTIONS].includes('true')) return 'actions'
  return env.CI && env.CI !== 'false' ? 'other' : null
}

/** `::name key=value,key=value::message`, on one line whatever is in it; a property that is null is left out. */
export function commandLine(
  name: string,
  properties: Readonly<Record<string, string | number | null>>,
  message: string,
): string {
  const given = Object.entries(properties).flatMap(([key, value]) => {
    const text = value === null ? '' : escaped(String(value)).replaceAll(':', '%3A').replaceAll(',', '%2C')
    return text === '' ? [] : [`${key}=${text}`]
  })
  return `::${name}${given.length > 0 ? ` ${given.join(',')}` : ''}::${escaped(message)}`
}

function escaped(text: string): string {
  return inert(plain(text)).replaceAll('%', '%25').replaceAll('\n', '%0A')
}
