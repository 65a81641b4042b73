import { expect, test } from 'vitest'
import { readSettings, SettingsError } from '../../tasks/zot/lib/settings.ts'

const faults = (env: NodeJS.ProcessEnv): string[] => {
  try {
    readSettings(env, () => false)
    return []
  } catch (error) {
    if (error instanceof SettingsError) return error.faults
    throw error
  }
}

test('no settings: the sandbox, and a key for 90 days', () => {
  expect(readSettings({}, () => false)).toEqual({ target: 'sandbox', keyDays: 90, chromium: null })
})

test('empty values count as unset', () => {
  expect(faults({ ZOT_TARGET: '', ZOT_KEY_DAYS: '', CHROMIUM: '', ZOT_BIN: '', ZOT_REGISTRY_URL: '' })).toEqual([])
})

test('all faults come at once, each with the name of its setting', () => {
  const found = faults({
    ZOT_TARGET: 'production',
    ZOT_REGISTRY_URL: 'https://registry.test',
    ZOT_KEY_DAYS: '14',
    ZOT_BIN: 'bin/zot',
    CHROMIUM: '/nowhere/chromium',
  })
  expect(found.map((fault) => fault.split(' ')[0])).toEqual([
    'ZOT_TARGET',
    'ZOT_REGISTRY_URL',
    'ZOT_KEY_DAYS',
    'ZOT_BIN',
    'CHROMIUM',
  ])
  expect(found[0]).toContain('only "sandbox" is there so far')
})

test.each(['0', '1.5', '366', 'soon', '-3'])('a key cannot live %s days', (days) => {
  expect(faults({ ZOT_KEY_DAYS: days })).toHaveLength(1)
})

test('a Chromium that is there is found', () => {
  expect(readSettings({}, (path) => path === '/usr/bin/chromium').chromium).toEqual({
    path: '/usr/bin/chromium',
    named: false,
  })
})
