#!/usr/bin/env node
/**
 * The quick way into `mikado.ts`: Node keeps what it compiled. In JavaScript, since Node needs longer to make itself ready for
 * TypeScript than for all that most commands do.
 */
import { enableCompileCache } from 'node:module'
import { homedir } from 'node:os'
import { join } from 'node:path'

const { NODE_COMPILE_CACHE, XDG_CACHE_HOME } = process.env
// In the user's own folder: one in /tmp could be filled by somebody else. Where it cannot be written, Node compiles anew.
enableCompileCache(NODE_COMPILE_CACHE || join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'mikado'))
await import('./mikado.ts')
