import { exit, Refusal } from '../core/exit.ts'
import { ownVersion } from '../io/itself.ts'
import { keepDoor, knownDoor } from '../io/page-door.ts'
import type { Command, Session } from './command.ts'

export const command: Command = {
  operands: '',
  takes: [0, 0],
  about:
    'Serves a page of this repository on this machine alone, until Ctrl-C: the graph, what is ready and why, each card with its\nevidence, log and history, the last run over time. It follows whatever changes: a run, an edit, a `git pull`. It changes nothing.',
  examples: ['mikado view', 'mikado view --port 4711'],
  options: {
    port: { type: 'string', value: 'N', help: 'the port on 127.0.0.1 (default: the one it had last time)' },
  },
  run: serve,
}

async function serve(session: Session): Promise<number> {
  const { repository, system, stop } = session
  const asked = portOf(session)
  const door = knownDoor(repository)
  // Nothing else loads what pages are made with.
  const { openPage } = await import('../page/serve.ts')
  const complain = (error: unknown) =>
    session.remark(`mikado: ${error instanceof Error ? error.message : String(error)}\n`)
  const about = { repository, system, version: ownVersion(), token: door.token, complain }
  const page = (await openPage(asked ?? door.port ?? 0, about)) ?? (asked === null ? await openPage(0, about) : null)
  if (page === null) {
    const help = 'Name another one, or leave --port out.'
    throw new Refusal(exit.usage, `port ${asked} is taken by another program`, help)
  }
  const { url, port } = page.server
  // Another page of this repository may have the known port just now: it keeps it.
  const kept = keepDoor(repository, { token: door.token, port: asked ?? door.port ?? port })
  if (session.json) session.printJson('view', { url, port, control: false })
  else session.print(`${url}\n`)
  if (!session.json)
    session.remark(
      `${kept ? '' : 'The address cannot be kept in .mikado, so it is another one each time.\n'}Whoever has this address can look. Ctrl-C ends it.\n`,
    )
  await new Promise<void>((resolve) => {
    if (stop.aborted) resolve()
    stop.addEventListener('abort', () => resolve(), { once: true })
  })
  await page.close()
  return exit.ok
}

function portOf(session: Session): number | null {
  const text = session.text('port')
  if (text === null) return null
  const port = Number(text)
  if (/^\d+$/.test(text) && port >= 1 && port <= 65535) return port
  throw new Refusal(exit.usage, `--port ${text}: no port`, 'A whole number from 1 to 65535.')
}
