/** Workflow commands: lines of output that are orders to a runner of CI. GitHub's, Forgejo's and Gitea's read the same grammar. */
import { inert, plain } from './plain.ts'

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
