/** `mikado.lint`, and the table of rules that is published. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { rules } from '../../scripts/core/lint/rules.ts'
import { defaultLintSettings, levelOf, readLintSettings } from '../../scripts/core/lint/settings.ts'

describe('the settings', () => {
  it('are all optional', () => {
    expect(readLintSettings({})).toEqual({ rules: {}, howTo: null, required: null, documents: 'cards', ignore: [] })
    expect(readLintSettings({})).toEqual(defaultLintSettings())
  })

  it('are read', () => {
    const written = {
      rules: { 'missing-modified': 'off', 'broken-link': 'error', 'unlinked-document': 'warning' },
      howTo: './docs/guides/',
      required: ['title', 'owner'],
      documents: 'all',
      ignore: ['docs/changelog.d/', 'docs/x.md'],
    }
    const settings = readLintSettings(written)
    expect(settings).toEqual({ ...written, howTo: 'docs/guides', ignore: ['docs/changelog.d', 'docs/x.md'] })
    if ('what' in settings) throw new Error(settings.what)
    const codes = ['missing-modified', 'broken-link', 'unlinked-document', 'missing-tags', 'cycle'] as const
    expect(codes.map((code) => levelOf(code, settings))).toEqual(['off', 'error', 'warning', 'warning', 'error'])
  })

  it.each([
    ['x', '`mikado.lint` must be an object', 'It may hold rules, howTo, required, documents, ignore.'],
    [{ rule: {} }, '`mikado.lint.rule` is no setting', 'Did you mean `rules`?'],
    [{ xyzzy: 1 }, '`mikado.lint.xyzzy` is no setting', 'There are rules, howTo, required, documents, ignore.'],
    [{ rules: [] }, '`mikado.lint.rules` must be an object', 'For instance {"broken-link": "error"}.'],
    [
      { rules: { 'broken-links': 'off' } },
      '`mikado.lint.rules.broken-links` is no rule',
      'Did you mean `broken-link`?',
    ],
    [{ rules: { constructor: 'off' } }, '`mikado.lint.rules.constructor` is no rule', 'See `mikado lint --rules`.'],
    [
      { rules: { cycle: 'off' } },
      '`mikado.lint.rules.cycle` cannot be set',
      'It is an error always: a run refuses it too.',
    ],
    [
      { rules: { 'broken-link': false } },
      '`mikado.lint.rules.broken-link` must be "off", "warning" or "error"',
      'It is "warning" without a setting.',
    ],
    [{ howTo: '../x' }, '`mikado.lint.howTo` must be a folder of the repository', 'For instance "docs/how-to".'],
    [{ howTo: '/docs' }, '`mikado.lint.howTo` must be a folder of the repository', 'For instance "docs/how-to".'],
    [{ howTo: '' }, '`mikado.lint.howTo` must be a folder of the repository', 'For instance "docs/how-to".'],
    [
      { required: 'title' },
      '`mikado.lint.required` must be a list of fields',
      'For instance ["title", "modified", "tags"].',
    ],
    [{ documents: 'some' }, '`mikado.lint.documents` must be "cards" or "all"', '"cards": cards and how-tos.'],
    [
      { ignore: [''] },
      '`mikado.lint.ignore` must be a list of folders and files',
      'For instance ["docs/changelog.d"].',
    ],
  ])('%j are refused', (written, what, help) => {
    expect(readLintSettings(written)).toEqual({ what, help })
  })
})

it('docs/reference/lint.md has the table of the rules', () => {
  const text = readFileSync(resolve(import.meta.dirname, '../../docs/reference/lint.md'), 'utf8')
  const rows = [...text.matchAll(/^\| `([a-z0-9-]+)` \| (error|warning|off) \| (.*?) ?\| (.*) \|$/gm)]
  expect(rows.map(([, code, level, fix, meaning]) => ({ code, level, fix: fix === 'yes', meaning }))).toEqual(
    rules.map(({ code, level, fix, meaning }) => ({ code, level, fix, meaning })),
  )
})

it('only errors cannot be set', () => {
  expect(rules.filter(({ adjustable, level }) => adjustable === (level === 'error'))).toEqual([])
  expect(new Set(rules.map(({ code }) => code)).size).toBe(rules.length)
})
