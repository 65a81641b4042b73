import type { Break } from './break.ts'

const disguise = 'scripts/core/disguise.ts'
const secret = 'scripts/core/secret.ts'
const host = 'scripts/io/host.ts'
const output = 'scripts/io/output.ts'
const sbom = 'tasks/sbom.ts'

export const breaks: Break[] = [
  { row: 'S1', file: disguise, from: 'return [...both, ...inAddresses,', to: 'return [...both,' },
  { row: 'S2', file: secret, from: 'const times = 2', to: 'const times = 1' },
  { row: 'S3', file: disguise, from: 'after: bytes.length % 3 === 0 ? 0 : 1', to: 'after: 0' },
  { row: 'S4', file: disguise, from: '[...once, ...twice, ...wrapped]', to: '[...once, ...wrapped]' },
  { row: 'S5', file: disguise, from: 'const widths = [76, 64]', to: 'const widths = [64]' },
  {
    row: 'S6',
    file: disguise,
    from: '{ sign: escapeSign,',
    to: "{ sign: '\\0',",
  },
  { row: 'S7', file: secret, from: 'const value = given.trim()', to: 'const value = given' },
  {
    row: 'S8',
    file: secret,
    from: 'spans.push({ start, end, value: form.value })',
    to: 'spans.push({ start, end, value: form.value })\n      at = end - 1\n      sum = 0',
  },
  { row: 'S9', file: output, from: 'decoder.write(chunk as Buffer)', to: '(chunk as Buffer).toString()' },
  { row: 'S10', file: secret, from: 'lines.length - 1 - this.#begun(lines)', to: 'lines.length - 1' },
  { row: 'S11', file: disguise, from: '[text, ...linesOf(text), ', to: '[text, ' },
  { row: 'S12', file: secret, from: 'const stretch = 10', to: 'const stretch = 1' },
  { row: 'S13', file: secret, from: 'if (span.start < edge && span.end > end)', to: 'if (span.start > text.length)' },
  { row: 'S14', file: host, from: 'this.#keep(this.#hide(reply.step), ', to: 'this.#keep(reply.step, ' },
  {
    row: 'S15',
    file: 'scripts/worker/errors.ts',
    from: 'const longest = 1024 * 1024',
    to: 'const longest = 602',
  },
  { row: 'S16', file: 'scripts/io/store.ts', from: 'within.length === 1 &&', to: 'within.length > 0 ||' },
  {
    row: 'S17',
    file: 'scripts/worker/main.ts',
    from: '    loaded = await loadTask(request.file, request.code)\n',
    to: '    process.env.INPUTS = JSON.stringify(request.inputs)\n    loaded = await loadTask(request.file, request.code)\n',
  },
  {
    row: 'S18',
    file: host,
    from: "if (!secrets.add(reply.value)) emit({ event: 'warning', card, message: tooShort })",
    to: 'secrets.add(reply.value)',
  },
  { row: 'S19', file: 'scripts/io/journal.ts', from: '  closeToOthers(repository.data)\n', to: '' },
  { row: 'S20', file: host, from: 'detail: this.#hide(answer.detail)', to: 'detail: answer.detail' },
  {
    row: 'S21',
    file: host,
    from: 'const message = this.#hideLine(answer.message)',
    to: 'const message = answer.message',
  },
  {
    row: 'S22',
    file: output,
    from: "text.includes('\\n') ? secrets.lines(rest)",
    to: "text.includes('\\n') ? { told: rest, kept: '' }",
  },
  {
    row: 'S23',
    file: 'scripts/io/commit.ts',
    from: 'found?.isFile() ?',
    to: 'found?.isFIFO() ?',
  },
  {
    row: 'S24',
    file: secret,
    from: 'if (value.length < shortest) return false',
    to: 'if (value.length < shortest || value.length > 100_000) return false',
  },
  { row: 'S25', file: secret, from: 'of alike?.lengths ?? []', to: 'of alike?.lengths.slice(0, 1) ?? []' },
  {
    row: 'S26',
    file: 'tasks/zot/lib/check.ts',
    from: '  for (const value of target.confidential) await context.secret(value)\n',
    to: '',
  },
  {
    row: 'B1',
    file: 'package-lock.json',
    from: '"workspaces": [\n        "scripts/node"\n      ],\n      "dependencies": {',
    to: '"dependencies": {\n        "vitest": "4.1.12",',
  },
  {
    row: 'B2',
    file: 'package-lock.json',
    from: 'A9JvrMynjwSLVrEj3AepHR6ew==",\n      "license": "MIT",',
    to: 'A9JvrMynjwSLVrEj3AepHR6ew==",\n      "license": "AGPL-3.0",',
  },
  {
    row: 'B3',
    file: 'docs/reference/supply-chain.md',
    from: '| `chalk` | 5.6.2 |',
    to: '| `chalk` | 5.6.1 |',
  },
  { row: 'B4', file: 'package.json', from: '"chalk": "5.6.2"', to: '"chalk": "^5.6.2"' },
  { row: 'B5', file: 'scripts/setup.sh', from: 'npm ci --ignore-scripts', to: 'npm ci' },
  { row: 'B6', file: sbom, from: 'found.set(path, needed)', to: 'found.set(path, [])' },
  {
    row: 'B7',
    file: sbom,
    from: "bomFormat: 'CycloneDX',",
    to: "bomFormat: 'CycloneDX',\n    serialNumber: crypto.randomUUID(),",
  },
  {
    row: 'B8',
    file: sbom,
    from: '...optionalDependencies }), ...peers]',
    to: "...optionalDependencies }).filter((name) => name !== 'ms'), ...peers]",
  },
  { row: 'B9', file: 'package.json', from: '"files": [', to: '"files": [\n    ".mikado",' },
  { row: 'B10', file: 'package.json', from: '"prepack": "umask 022 && ', to: '"prepack": "' },
  {
    row: 'B11',
    file: 'scripts/core/suggest.ts',
    from: "import { compare } from './diagnostic.ts'",
    to: "import { compare } from './diagnostic.ts'\nexport const told = new Function('text', 'return text')",
  },
  {
    row: 'B12',
    file: 'scripts/io/head.ts',
    from: 'return await (await import(',
    to: "await fetch('http://localhost/')\n  return await (await import(",
  },
  { row: 'B13', file: '.gitignore', from: '.mikado/\n', to: '' },
]
