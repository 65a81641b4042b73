import { join } from 'node:path'
import { exit, Refusal } from '../core/exit.ts'
import { personOf } from '../io/git.ts'
import { ownVersion } from '../io/itself.ts'
import { openInBrowser } from '../io/open-page.ts'
import { keepDoor, knownDoor } from '../io/page-door.ts'
import type { Command, Session } from './command.ts'

export const command: Command = {
  operands: {},
  takes: [0, 0],
  about:
    'Serves a page of this repository on this machine alone, until Ctrl-C: the graph, what is ready and why, each card with its evidence, log and history, the last run over time. It follows whatever changes: a run, an edit, a `git pull`. It changes nothing, unless it is started with --control.',
  examples: {
    'mikado view': 'the page, and its address',
    'mikado view --open': 'the same, opened in the browser',
    'mikado view --control': 'a page that can run, stop and confirm',
    'mikado view --export site': 'the page as files, for any web server',
  },
  options: {
    control: { type: 'boolean', help: 'let the page run goals, stop what it started, and confirm cards on your word' },
    open: { type: 'boolean', help: 'open it in the browser' },
    export: { type: 'string', value: 'DIR', help: 'write the page into DIR as files that need no server, and end' },
    'with-logs': { type: 'boolean', help: 'with --export: also what cards printed last' },
    port: { type: 'string', value: 'N', without: 'the one it had last time', help: 'the port it is served on' },
  },
  exits: {
    documents: '',
    unrecorded: 'with --export: a file could not be written',
  },
  see: ['graph', 'docs/reference/page.md'],
  run: async (session) => {
    const folder = session.text('export')
    if (folder !== null) return await keep(session, folder)
    if (session.flag('with-logs'))
      throw new Refusal(exit.usage, '--with-logs goes with --export', 'A served page shows logs anyway.')
    return await serve(session)
  },
}

async function serve(session: Session): Promise<number> {
  const { repository, system, stop } = session
  const asked = portOf(session)
  const door = knownDoor(repository)
  // Nothing else loads what pages are made with.
  const { openPage } = await import('../page/serve.ts')
  const complain = complaints(session)
  const person = session.flag('control') ? await personOf(repository.root, system.env) : null
  const about = { repository, system, version: ownVersion(), token: door.token, complain, person }
  const page = (await openPage(asked ?? door.port ?? 0, about)) ?? (asked === null ? await openPage(0, about) : null)
  if (page === null) {
    const help = 'Name another one, or leave --port out.'
    throw new Refusal(exit.usage, `port ${asked} is taken by another program`, help)
  }
  const { url, port } = page.server
  // Another page of this repository may have the known port just now: it keeps it.
  const kept = keepDoor(repository, { token: door.token, port: asked ?? door.port ?? port })
  if (session.json) session.printJson('view', { url, port, control: person !== null })
  else session.print(`${url}\n`)
  if (!session.json)
    session.remark(
      `${kept ? '' : 'The address cannot be kept in .mikado, so it is another one each time.\n'}Whoever has this address can look${person === null ? '' : ', run goals and confirm cards'}. Ctrl-C ends it${person === null ? '' : ', and what it has started'}.\n`,
    )
  if (session.flag('open')) {
    const trouble = await openInBrowser(repository, url, process.platform)
    if (trouble !== null) session.remark(`No browser could be opened (${trouble}): open the address yourself.\n`)
  }
  await new Promise<void>((resolve) => {
    if (stop.aborted) resolve()
    stop.addEventListener('abort', () => resolve(), { once: true })
  })
  await page.close()
  return exit.ok
}

/** The page as files. */
async function keep(session: Session, folder: string): Promise<number> {
  const { repository, system } = session
  const logs = session.flag('with-logs')
  for (const other of ['control', 'open', 'port'])
    if (session.flag(other) || session.text(other) !== null)
      throw new Refusal(exit.usage, `--${other} and --export exclude each other`, 'Files serve nobody.')
  const { exportPages } = await import('../page/export.ts')
  const home = system.env.HOME ?? null
  const { path, files } = await exportPages({
    repository,
    folder,
    cwd: system.cwd,
    version: ownVersion(),
    logs,
    home,
    complain: complaints(session),
  })
  if (session.json) session.printJson('view-export', { folder: path, files, logs })
  else session.print(`${files} files in ${folder}: open ${join(folder, 'index.html')}\n`)
  return exit.ok
}

/** What goes wrong again and again is told once. */
function complaints(session: Session): (error: unknown) => void {
  const told = new Set<string>()
  return (error) => {
    const message = error instanceof Error ? error.message : String(error)
    if (told.has(message)) return
    told.add(message)
    session.remark(`mikado: ${message}\n`)
  }
}

function portOf(session: Session): number | null {
  const text = session.text('port')
  if (text === null) return null
  const port = Number(text)
  if (/^\d+$/.test(text) && port >= 1 && port <= 65535) return port
  throw new Refusal(exit.usage, `--port ${text}: no port`, 'A whole number from 1 to 65535.')
}
