// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the code that is broken has templates
/** One at a time: what each promise's test must notice. */
import type { Break } from './break.ts'

const lock = 'scripts/io/lock.ts'
/** Nobody is kept out. */
const open = { file: lock, from: "'BEGIN EXCLUSIVE'", to: "'BEGIN'" }
/** The note of a dead holder counts. */
const believed = {
  file: lock,
  from: '    const before = holderOf(path)\n',
  to: '    const before = holderOf(path)\n    if (before !== null) return { lock: null, holder: before }\n',
}
const encoded = {
  file: lock,
  from: 'sha256(name).slice(0, 32)',
  to: 'sha256 ? encodeURIComponent(name) : name',
}

export const breaks: Break[] = [
  { row: 'L1', file: lock, from: '    sign(path, { pid:', to: '    if (now < 0) sign(path, { pid:' },
  {
    row: 'L2',
    file: lock,
    from: '  if (door === null) return { lock: null, holder: null }\n',
    to: '  if (door === null) return { lock: null, holder: holderOf(path) }\n',
  },
  { row: 'L3', ...open },
  {
    row: 'L4',
    file: 'scripts/commands/finalize.ts',
    from: "return await withLock(session, `finalize ${session.operands.join(' ')}`, () => finalize(session))",
    to: 'return withLock === undefined ? 0 : await finalize(session)',
  },
  {
    row: 'L5',
    file: 'scripts/commands/locked.ts',
    from: "claimLock(join(data, 'lock'),",
    to: "claimLock(join(data, root.replaceAll('/', '_'), 'lock'),",
  },
  {
    row: 'L6',
    file: 'scripts/commands/locked.ts',
    from: '    if (stop.aborted) throw error\n',
    to: '    if (stop !== error) throw error\n',
  },
  { row: 'L7', ...believed },
  { row: 'L8', ...believed },
  {
    row: 'L9',
    file: lock,
    from: "    if (typeof pid !== 'number' || typeof host !== 'string' || typeof since !== 'string' || typeof what !== 'string')\n      return null\n    return { pid, host, since, what }\n",
    to: '    return { pid, host, since, what } as Holder\n',
  },
  { row: 'L10', ...open },
  {
    row: 'L11',
    file: 'scripts/worker/main.ts',
    from: '    share ??= shareLock(tasksLock(request.data))\n',
    to: '    share ??= shareLock(tasksLock(request.data))\n    share?.release()\n',
  },
  { row: 'L12', file: 'scripts/io/leftovers.ts', from: 'if (killed) await', to: 'if (!killed) await' },
  {
    row: 'L13',
    file: 'scripts/io/session.ts',
    from: '.includes(`MIKADO_SESSION=${MIKADO_SESSION}`)',
    to: ".some((entry) => entry.startsWith('MIKADO_SESSION=') && entry.endsWith(`:${root}`) && MIKADO_SESSION !== '')",
  },
  {
    row: 'L14',
    file: 'scripts/io/leftovers.ts',
    from: '!signal.aborted) return false',
    to: '!signal.aborted) return true',
  },
  { row: 'L15', ...open },
  { row: 'L16', file: lock, from: 'held: () => identityOf(path) === before,', to: 'held: () => true,' },
  {
    row: 'L17',
    file: lock,
    from: 'if (before !== null && before === identityOf(path)) {',
    to: 'if (before !== null) {',
  },
  { row: 'L18', file: lock, from: 'if (errcode % 256 === busy) return null', to: 'if (errcode > 0) return null' },
  { row: 'L19', file: 'scripts/commands/locked.ts', from: '    session.reread()\n', to: '' },
  { row: 'L20', ...encoded },
  { row: 'L21', ...encoded },
  {
    row: 'L22',
    edits: [
      {
        file: lock,
        from: '    const before = identityOf(path)\n',
        to: "    if (existsSync(`${path}.taken`)) return null\n    if (!path.endsWith('.turn')) writeFileSync(`${path}.taken`, '')\n    const before = identityOf(path)\n",
      },
      {
        file: lock,
        from: '=== before, release: () => database.close() }',
        to: '=== before, release: () => (database.close(), rmSync(`${path}.taken`, { force: true })) }',
      },
    ],
  },
  {
    row: 'L23',
    file: lock,
    from: '  const turn = await askFor(`${path}.turn`, signal)\n',
    to: '  const turn = await askFor(`${path}.${Math.random()}`, signal)\n',
  },
  { row: 'L24', file: 'scripts/io/documents.ts', from: 'const rounds = 50', to: 'const rounds = 0' },
  {
    row: 'L25',
    file: 'scripts/io/marks.ts',
    from: '      if (yield* replacing(file, edited.text, scratch(repository), undefined, free)) return { ok: true }\n',
    to: "      process.getBuiltinModule('node:fs').rmSync(file)\n      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300)\n      if (yield* replacing(file, edited.text, scratch(repository))) return { ok: true }\n",
  },
  {
    row: 'L26',
    file: 'scripts/io/create.ts',
    from: '`.${basename(path)}.${pid}.mikado-tmp`',
    to: "`.${basename(path)}.${pid && ''}.mikado-tmp`",
  },
  { row: 'L27', ...open },
  { row: 'L28', file: 'scripts/io/looked.ts', from: 'looks[at + 3] = ctimeMs', to: 'looks[at + 3] = 0' },
  { row: 'L29', file: 'scripts/io/history.ts', from: ' || digestOf(file, length) !== digest', to: '' },
]
