import { expect, test } from 'vitest'
import { changes, complaint } from '../../tasks/zot/lib/deploy.ts'

const recap = (changed: number) => `PLAY RECAP ****\nlocalhost : ok=5 changed=${changed} unreachable=0 failed=0\n`

test('what a deployment changed, by the names of its tasks', () => {
  const output = `TASK [zot : Put the configuration in place] ****
changed: [localhost]

TASK [zot : Keep quiet] ***
ok: [localhost]

RUNNING HANDLER [zot : Restart zot] ***
changed: [localhost]

${recap(2)}`
  expect(changes(output)).toBe('changed: Put the configuration in place · Restart zot')
  expect(changes(recap(0))).toBe('nothing to change')
})

test('the failed task and its reason, not the pages around it', () => {
  const output = `TASK [zot : Check the configuration] ***
fatal: [localhost]: FAILED! => {"changed": false, "msg": "failed to validate", "stderr": "line one\\nunknown key"}
${recap(0)}`
  expect(complaint(output)).toBe('Task "Check the configuration": failed to validate: line one unknown key')
})

test('an error before any task', () => {
  expect(complaint('[ERROR]: the playbook: ansible/x.yml could not be found\n')).toContain('could not be found')
  expect(complaint('one\ntwo\nthree\nfour\n')).toBe('two three four')
})
