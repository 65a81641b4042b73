#!/usr/bin/env node
/**
 * The quick way into `mikado.ts`: Node keeps what it compiled. In JavaScript, since Node needs longer to make itself ready for
 * TypeScript than for all that most commands do, and since an old Node cannot read TypeScript at all.
 */
import module from 'node:module'
import { homedir } from 'node:os'
import { join } from 'node:path'

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 18)) {
  const [message, hint] = [`Node ${process.versions.node} is too old`, 'Use Node 22.18 or newer.']
  const json = `${JSON.stringify({ error: { code: 69, message, card: null, hint } })}\n`
  process.stderr.write(process.argv.includes('--json') ? json : `mikado: ${message}\n  ${hint}\n`)
  process.exitCode = 69
} else {
  const { NODE_COMPILE_CACHE, XDG_CACHE_HOME } = process.env
  // In the user's own folder: one in /tmp could be filled by somebody else. Where it cannot be written, Node compiles anew.
  module.enableCompileCache(NODE_COMPILE_CACHE || join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'mikado'))
  // Our own files are where their names say: to have Node ask the disk for each takes a fifth of what most commands do.
  const own = new URL('./', import.meta.url).href
  module.registerHooks({
    resolve: (name, context, next) => {
      if (!name.startsWith('.') || !context.parentURL?.startsWith(own)) return next(name, context)
      const { href } = new URL(name, context.parentURL)
      return { url: href, format: href.endsWith('.ts') ? 'module-typescript' : 'module', shortCircuit: true }
    },
  })
  await import('./mikado.ts')
}
