/** Opens a page in the person's browser. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { makeDataFolder, scratch } from './journal.ts'
import { replaceFile } from './replace.ts'
import type { Repository } from './repository.ts'

/**
 * Has the system open an address; answers why it cannot be, or null. By way of a file for its owner only that leads there: the
 * address holds a token, and what a program is called with everybody on the machine can see.
 */
export async function openInBrowser(
  repository: Repository,
  url: string,
  platform: NodeJS.Platform,
): Promise<string | null> {
  const program = platform === 'darwin' ? 'open' : 'xdg-open'
  const file = join(repository.data, 'view.html')
  try {
    makeDataFolder(repository)
    const page = `<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0;url=${url}"><title>mikado</title><a href="${url}">mikado</a>\n`
    replaceFile(file, page, scratch(repository), 0o600)
  } catch (error) {
    return (error as Error).message
  }
  return await new Promise((resolve) => {
    const child = spawn(program, [file], { stdio: 'ignore', detached: true })
    child.once('error', (error) => resolve(`${program}: ${error.message}`))
    child.once('exit', (code) => resolve(code === 0 ? null : `${program} ended with exit code ${code}`))
    child.unref()
  })
}
