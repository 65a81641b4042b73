/** Tools that write documents without running anything: a person's word, and what was found to be missing. */
import { join } from 'node:path'
import type { McpServer } from '@modelcontextprotocol/server'
import { z } from 'zod'
import { exit } from '../core/exit.ts'
import { typed } from '../core/plain.ts'
import { readText } from '../io/documents.ts'
import { refuse, spread } from './answers.ts'
import type { Desk } from './desk.ts'
import { askPerson, recordedAs } from './person.ts'
import { digest } from './plans.ts'
import { card } from './reading.ts'

export function addWriting(server: McpServer, desk: Desk): void {
  server.registerTool(
    'close',
    {
      description:
        'Completes a card that no program can prove. Asks its checks first, then asks the person at the client for their word; only a person’s own answer counts, and their name is recorded. A card whose checks prove it is completed by `run` instead.',
      inputSchema: z.strictObject({ card }),
      annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: true },
    },
    async (given, ctx) => {
      const why = await desk.ask({ command: 'why', operands: [given.card] }, ctx)
      if (!why.ok) return refuse(why.trouble)
      const { id, path } = why.data as { id: string; path: string }
      const about = digest(readText(join(desk.root, path)) ?? '')
      let text = `Is this true of ${id} (${path})?`
      if (ctx.mcpReq.inputResponses === undefined || ctx.mcpReq.requestState() !== about) {
        const asked = await desk.ask({ command: 'close', operands: [id] }, ctx)
        if (asked.ok) return desk.answers.of(spread(asked.data))
        if (asked.trouble.code !== exit.waiting) return refuse(asked.trouble)
        text += `\n${asked.trouble.message.replace(/^not closed, this needs your word for: /, '')}`
      }
      const word = askPerson(server, ctx, { text, about, elsewhere: desk.callOf(`close ${typed(id)}`) })
      if (word.by === null) return word.answer
      const env = recordedAs(word.by, desk.system.env)
      return await desk.answer({ command: 'close', options: ['--yes'], operands: [id], env }, ctx)
    },
  )
  server.registerTool(
    'discover',
    {
      description:
        'Writes down what must be true before a card can go on: a new card with the last failure filled in, and one line in what the other requires. Undo your own try first; `resetTo` says where the branch must go back to. Fill in the new card afterwards.',
      inputSchema: z.strictObject({
        title: z.string().describe('title of the new card, for instance "Open port 5050"'),
        for: card.describe('id of the card that cannot go on without it'),
        why: z.string().optional().describe('why it is needed, in a sentence'),
        dryRun: z.boolean().optional().describe('only say what would be written'),
      }),
      annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false },
    },
    (given, ctx) => {
      const options = [`--for=${given.for}`, ...(given.why === undefined ? [] : [`--why=${given.why}`])]
      if (given.dryRun === true) options.push('--dry-run')
      return desk.answer({ command: 'discover', options, operands: [given.title] }, ctx)
    },
  )
}
