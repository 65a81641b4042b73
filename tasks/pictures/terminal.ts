/**
 * `npm run pictures:terminal [NAME…]`: records runs on a real pseudo-terminal, and draws them. Writes docs/pictures/terminal-*.cast (asciicast
 * v2) and .svg. Twice in a row, only times differ.
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { deadLink, exampleFiles, goal, marks } from './example.ts'
import { pictureOf } from './moving-picture.ts'
import { hasTerminal, type Size } from './pseudo-terminal.ts'
import { castOf, type Recording, Stage } from './recording.ts'
import { Scratch } from './scratch.ts'

const folder = resolve(import.meta.dirname, '../../docs/pictures')
interface Scene {
  title: string
  size: Size
  term: string
  /** What is there before anybody looks. */
  prepare: (scratch: Scratch) => void
  play: (stage: Stage) => Promise<void>
  clean?: (scratch: Scratch) => void
}

/** As if the chain had been worked once: how long its cards take is known. */
function workedOnce(scratch: Scratch): void {
  scratch.write(exampleFiles())
  for (const card of ['check-links', 'issue-certificate']) scratch.mikado('run', card)
  scratch.mikado('reopen', 'prepare-host', 'build-site')
  scratch.remove(...marks)
}

const scenes: Record<string, Scene> = {
  'main-job': {
    title: 'mikado run harden-zot-registry: four cards worked, proved and marked on a sandbox',
    size: { columns: 100, rows: 30 },
    term: 'xterm-256color',
    prepare: (scratch) => {
      scratch.copyRepository()
      const cards = [
        'register-zot-oidc-client',
        'wire-ci-registry-auth',
        'enforce-tag-immutability',
        'harden-zot-registry',
      ]
      scratch.mikado('reopen', ...cards, '--only')
      scratch.remove('.mikado')
    },
    play: (stage) => stage.call('mikado run harden-zot-registry'),
    clean: (scratch) => {
      execFileSync(process.execPath, ['tasks/zot/sandbox/main.ts', 'stop'], { cwd: scratch.root, stdio: 'ignore' })
    },
  },
  '60x20': {
    title: 'A narrow terminal: a check fails, the link is mended, resume goes on, a person says the last word',
    size: { columns: 60, rows: 20 },
    term: 'xterm-256color',
    prepare: (scratch) => {
      scratch.write({ ...exampleFiles(), [deadLink]: '' })
      scratch.mikado('run', goal, '--dry-run')
    },
    play: async (stage) => {
      await stage.call(`mikado run ${goal}`)
      await stage.pause(2500)
      await stage.call(`rm ${deadLink}  # the link is mended`)
      await stage.begin('mikado resume')
      await stage.see('[y/N]')
      await stage.pause(1500)
      await stage.type('y\r')
    },
  },
  '160x45': {
    title: 'A wide terminal: what is expected from the last run, the log of a card followed and left, a person asked',
    size: { columns: 160, rows: 45 },
    term: 'xterm-256color',
    prepare: workedOnce,
    play: async (stage) => {
      await stage.begin(`mikado run ${goal} -j 3`)
      await stage.see(/prepare-host .* Unpacking certbot|Unpacking certbot/)
      await stage.type('f')
      await stage.pause(1500)
      await stage.type('\t')
      await stage.pause(1500)
      await stage.type('f')
      await stage.see('[y/N]')
      await stage.pause(1500)
      await stage.type('y\r')
    },
  },
  dumb: {
    title: 'TERM=dumb: lines only',
    size: { columns: 80, rows: 24 },
    term: 'dumb',
    prepare: workedOnce,
    play: async (stage) => {
      await stage.begin(`mikado run ${goal}`)
      await stage.see('[y/N]')
      await stage.pause(1500)
      await stage.type('y\r')
    },
  },
}

async function record(name: string, scene: Scene): Promise<void> {
  using scratch = new Scratch()
  try {
    scene.prepare(scratch)
    const recording = await played(scene, scratch)
    scratch.refuseTraces(recording)
    const svg = await pictureOf(recording, scene.title)
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, `terminal-${name}.cast`), castOf(recording, scene.title))
    writeFileSync(join(folder, `terminal-${name}.svg`), svg)
    process.stderr.write(`docs/pictures/terminal-${name}.svg: ${Math.round(svg.length / 1024)} kB\n`)
  } finally {
    scene.clean?.(scratch)
  }
}

async function played({ size, term, play }: Scene, scratch: Scratch): Promise<Recording> {
  const stage = new Stage(size, { cwd: scratch.root, env: scratch.env, term })
  try {
    await play(stage)
    return await stage.end()
  } finally {
    stage.close()
  }
}

if (!hasTerminal) {
  process.stderr.write(
    'pictures:terminal needs the program `script` of util-linux: there is no way to a terminal without.\n',
  )
  process.exit(69)
}
const asked = process.argv.slice(2)
for (const name of asked.length > 0 ? asked : Object.keys(scenes)) {
  const scene = scenes[name]
  if (!scene) {
    process.stderr.write(`no recording is called \`${name}\`: there are ${Object.keys(scenes).join(', ')}.\n`)
    process.exit(64)
  }
  await record(name, scene)
}
