import { expect, test } from 'vitest'
import { judgeWorkflow } from '../../tasks/zot/lib/workflow.ts'

const workflow = (env: string, script: string) =>
  `jobs: { push: { steps: [ { name: Publish, env: ${env}, run: ${JSON.stringify(script)} } ] } }`
const judge = (text: string) => () => judgeWorkflow(text, 'ci.yaml', 'KEY', /skopeo copy --dest-authfile/)
const FROM_STORE = `{ KEY: "\${{ secrets.KEY }}" }`

test('a step that takes the key from the store and hands it on by a file', () => {
  expect(judge(workflow(FROM_STORE, 'skopeo copy \\\n  --dest-authfile "$auth" a b'))).not.toThrow()
})

test.each([
  ['no step takes KEY', workflow('{}', 'skopeo copy --dest-authfile x')],
  ['no step takes KEY', ''],
  ['not read from the secret store', workflow('{ KEY: zak_1 }', 'skopeo copy --dest-authfile x')],
  ['the push does not use it', workflow(FROM_STORE, 'docker push x')],
  ['in the process list', workflow(FROM_STORE, 'skopeo copy --dest-authfile x --dest-creds a:$KEY')],
])('%s', (message, text) => {
  expect(judge(text)).toThrow(message)
})
