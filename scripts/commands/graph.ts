import { type Drawing, drawingOf } from '../core/drawing.ts'
import { exit, Refusal } from '../core/exit.ts'
import type { Command, Session } from './command.ts'
import { checkPictures, tellFaults, writePictures } from './pictures.ts'

export const command: Command = {
  operands: {
    GOAL: 'what to draw, with all it requires. Without it, all active goals; when there are none, all cards',
  },
  takes: [0, Number.POSITIVE_INFINITY],
  about: `Draws goals and everything they require, directly or not, to stdout: ✓ complete, ● ready, ○ blocked, ✗ with an error or missing.

With --write, refreshes the picture inside the document of GOAL, a Mermaid block between two lines that you put there: \`<!-- mikado:graph -->\` and \`<!-- /mikado:graph -->\`. Without a name, in every card that has them. What it shows is how things stood when it was written.`,
  examples: {
    'mikado graph harden-zot-registry': 'a goal and all it requires, as Mermaid',
    'mikado graph --format svg > graph.svg': 'all goals, as a picture for a browser',
    'mikado graph harden-zot-registry --format dot | dot -Tpdf > graph.pdf': 'as PDF, by Graphviz',
    'mikado graph harden-zot-registry --write': 'the picture in its document, refreshed',
    'mikado graph --check': 'for CI: whether all pictures in documents are as they would be now',
  },
  options: {
    format: {
      type: 'string',
      value: 'FORMAT',
      values: { mermaid: '', dot: '', svg: '', json: '' },
      without: 'mermaid',
      help: 'what is drawn',
    },
    write: { type: 'boolean', help: 'refresh the picture in the document' },
    check: { type: 'boolean', help: 'whether it would change; writes nothing' },
  },
  exits: {
    difference: 'with --check: a picture would change',
    documents: 'a document that is drawn has errors; it is drawn all the same',
    unrecorded: 'with --write: a document could not be written',
    locked: 'with --write: another run works here',
  },
  see: ['show', 'docs/reference/pictures.md'],
  run: async (session) => {
    const format = formatOf(session)
    const [write, check] = [session.flag('write'), session.flag('check')]
    if (!write && !check) return await draw(session, format)
    if (session.text('format') !== null && format !== 'mermaid')
      throw new Refusal(exit.usage, 'in a document a picture is Mermaid', 'Leave --format out, or --write and --check.')
    if (write && check) throw new Refusal(exit.usage, '--check writes nothing', 'Ask for one of --write and --check.')
    return check ? checkPictures(session) : await writePictures(session)
  },
}

function formatOf(session: Session): string {
  const named = session.text('format')
  const format = named ?? (session.json ? 'json' : 'mermaid')
  if (session.json && format !== 'json')
    throw new Refusal(exit.usage, `--json and --format ${format} are two answers`, 'Ask for one of them.')
  return format
}

async function draw(session: Session, format: string): Promise<number> {
  const { graph, operands } = session
  const named = operands.map((word) => session.cardNamed(word))
  const drawing = drawingOf(graph, named.length > 0 ? named : allOf(session))
  if (format === 'json') session.printJson('graph', drawing)
  else session.print(await pictureOf(session, drawing, format))
  const found = named.length > 0 ? named.flatMap((goal) => graph.faults(goal)) : graph.diagnostics
  return tellFaults(session, found)
}

/** The active goals; else the cards that none requires; else, when all of them stand in cycles, every card. */
function allOf({ graph }: Session): string[] {
  const goals = graph.goals()
  if (goals.length > 0) return goals
  if (graph.cards.size === 0)
    throw new Refusal(exit.usage, 'there are no cards to draw', 'A document becomes one with `status: active`.')
  const all = [...graph.cards.keys()]
  const required = new Set(all.flatMap((id) => graph.requires(id)))
  const tops = all.filter((id) => !required.has(id))
  return tops.length > 0 ? tops : all
}

async function pictureOf(session: Session, drawing: Drawing, format: string): Promise<string> {
  if (format === 'dot') return (await import('../view/dot.ts')).dotOf(drawing)
  if (format === 'svg') {
    const [{ svgOf }, { layoutOf }] = await Promise.all([import('../view/svg.ts'), import('../view/layout.ts')])
    return svgOf(drawing, await layoutOf(drawing))
  }
  const { mermaidOf, tooLargeForMermaid } = await import('../view/mermaid.ts')
  const trouble = tooLargeForMermaid(drawing)
  if (trouble !== null) session.remark(`mikado: ${trouble}\n  Name a smaller goal, or ask for --format svg.\n`)
  return mermaidOf(drawing)
}
