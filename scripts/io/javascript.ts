/** A task's module as JavaScript. */
import { stripTypeScriptTypes } from 'node:module'
import { quietly } from './quietly.ts'
import type { TaskFile } from './tasks.ts'

/**
 * The text of a module with its types taken out, each word in its place; null: whoever loads it does that. Only of one that stands
 * alone: to make Node ready for TypeScript takes each process a hundred times as long as to take the types out of such a module.
 */
export function javascriptOf({ file, kind, selfContained }: TaskFile, text: string | null): string | null {
  if (text === null || kind !== 'module' || !selfContained || !/\.m?ts$/.test(file)) return null
  try {
    return quietly(() => stripTypeScriptTypes(text))
  } catch {
    // Loading it will say what is wrong.
    return null
  }
}
