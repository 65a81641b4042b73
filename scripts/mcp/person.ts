/** A person's word: asked through the client, never taken from a model. */
import {
  acceptedContent,
  type CallToolResult,
  CLIENT_CAPABILITIES_META_KEY,
  CLIENT_INFO_META_KEY,
  type ClientCapabilities,
  type Implementation,
  type InputRequiredResult,
  inputRequired,
  inputResponse,
  type McpServer,
  type ServerContext,
} from '@modelcontextprotocol/server'
import { z } from 'zod'
import { exit } from '../core/exit.ts'
import { refuse } from './answers.ts'

const key = 'word'
const word = z.object({
  confirmed: z.boolean().describe('I have seen it, and it is so'),
  name: z.string().min(1).max(80).describe('My name, for the record'),
})

export interface Question {
  /** What is asked, with all that the person has to see. */
  text: string
  /** What the answer is about: one that was given about something else does not count. */
  about: string
  /** How the person says it without this client. */
  elsewhere: string
}

/** Who gave their word; else what the tool answers: the question itself, or why it goes no further. */
export type Word = { by: string; answer: null } | { by: null; answer: CallToolResult | InputRequiredResult }

/** Asks a person through the client, or takes the answer that came. */
export function askPerson(server: McpServer, ctx: ServerContext, { text, about, elsewhere }: Question): Word {
  const response = inputResponse(ctx.mcpReq.inputResponses, key)
  const hint = `A person can say it on a terminal: \`${elsewhere}\`. Ask them to; an agent's word does not count.`
  if (response.kind === 'missing' || ctx.mcpReq.requestState() !== about) {
    if (!canAsk(server, ctx))
      return no(refuse({ code: exit.waiting, message: `${text}\nThis client cannot ask a person.`, hint }))
    const question = inputRequired.elicit({ message: text, requestedSchema: word })
    return no(inputRequired({ inputRequests: { [key]: question }, requestState: about }))
  }
  const form = acceptedContent(ctx.mcpReq.inputResponses, key, word)
  const by = form?.name.replace(/[\p{C}\s]+/gu, ' ').trim() ?? ''
  if (form?.confirmed !== true || by === '')
    return no(refuse({ code: exit.waiting, message: 'the person did not confirm it', hint }))
  return { by: `${by}, asked through ${clientOf(server, ctx)}`, answer: null }
}

function no(answer: CallToolResult | InputRequiredResult): Word {
  return { by: null, answer }
}

/** For a command to record this person instead of the one git is set up for, for this one call. */
export function recordedAs(by: string, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const at = Number(env.GIT_CONFIG_COUNT ?? 0) || 0
  return {
    GIT_CONFIG_COUNT: String(at + 1),
    [`GIT_CONFIG_KEY_${at}`]: 'user.name',
    [`GIT_CONFIG_VALUE_${at}`]: by,
  }
}

/** Whether the client shows forms to a person. */
function canAsk(server: McpServer, ctx: ServerContext): boolean {
  const declared = said<ClientCapabilities>(ctx, CLIENT_CAPABILITIES_META_KEY) ?? server.server.getClientCapabilities()
  const elicitation = declared?.elicitation
  return elicitation !== undefined && (elicitation.form !== undefined || elicitation.url === undefined)
}

function clientOf(server: McpServer, ctx: ServerContext): string {
  const client = said<Implementation>(ctx, CLIENT_INFO_META_KEY) ?? server.server.getClientVersion()
  return (client?.name ?? 'a client').replace(/[\p{C}\s]+/gu, ' ').slice(0, 60)
}

/** What a client of the present protocol says with every request; one of an earlier said it once, to the server. */
function said<T>(ctx: ServerContext, key: string): T | undefined {
  const envelope: Record<string, unknown> = ctx.mcpReq.envelope ?? {}
  return envelope[key] as T | undefined
}
