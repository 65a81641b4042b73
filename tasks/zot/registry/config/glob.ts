/**
 * Repository patterns of accessControl and sync: `*` within one path segment, `**` over any number of them,
 * `?`, `[a-z]`, `[!a]`, `{one,two}` and `\` as escape.
 */

/** A matcher for whole repository names, or undefined when the pattern is malformed. */
export function compileGlob(pattern: string): RegExp | undefined {
  const source = translate(pattern)
  if (source === undefined) return undefined
  try {
    return new RegExp(`^(?:${source})$`, 'u')
  } catch {
    return undefined
  }
}

function translate(pattern: string): string | undefined {
  let out = ''
  let depth = 0
  for (let at = 0; at < pattern.length; ) {
    const char = pattern.charAt(at)
    const startsSegment = at === 0 || pattern[at - 1] === '/'
    if (startsSegment && /^\*\*(\/|$)/.test(pattern.slice(at))) {
      const last = pattern[at + 2] === undefined
      // "a/**" also covers "a" itself, and "**/b" also "b".
      if (last) out = out.endsWith('/') ? `${out.slice(0, -1)}(?:/.*)?` : `${out}.*`
      else out += '(?:.*/)?'
      at += last ? 2 : 3
    } else if (char === '*') {
      while (pattern[at] === '*') at++
      out += '[^/]*'
    } else if (char === '?') {
      out += '[^/]'
      at++
    } else if (char === '[') {
      const set = /^\[([!^]?)((?:\\.|[^\]\\])+)\]/.exec(pattern.slice(at))
      if (!set) return undefined
      out += `[${set[1] ? '^/' : ''}${(set[2] ?? '').replace(/[[\]^&~|#]/g, '\\$&')}]`
      at += set[0].length
    } else if (char === '{') {
      depth++
      out += '(?:'
      at++
    } else if (char === '}' && depth > 0) {
      depth--
      out += ')'
      at++
    } else if (char === ',' && depth > 0) {
      out += '|'
      at++
    } else if (char === '\\') {
      const escaped = pattern[at + 1]
      if (escaped === undefined) return undefined
      out += literal(escaped)
      at += 2
    } else {
      out += literal(char)
      at++
    }
  }
  return depth === 0 ? out : undefined
}

function literal(char: string): string {
  return char.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
}
