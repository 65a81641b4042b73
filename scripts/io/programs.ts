/** The programs of this machine. */
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Whether a tool can be called: it is on `PATH`, or is a path itself. */
export function onPath(tool: string, env: NodeJS.ProcessEnv): boolean {
  const folders = tool.includes('/') ? [''] : (env.PATH ?? '').split(delimiter)
  return folders.some((folder) => {
    try {
      accessSync(join(folder, tool), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}
