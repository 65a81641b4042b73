/** A coding agent for tests: a scripted client of the official SDK, and the person who sits before it. */
import { Client } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { plainEnvironment, program, type TestRepository } from '../rig/repository.ts'

/** What the person does with a form, or a program in their place; null: the client shows none. */
export type Person = ((message: string) => { confirmed: boolean; name: string } | 'accept' | 'decline') | null

export interface Options {
  person?: Person
  /** The protocol's revision; without it, as clients spoke before 2026. */
  revision?: string
  env?: NodeJS.ProcessEnv
  program?: string
}

/** One tool call as it came back: its parts joined, `ERROR` before a refusal. */
export class Agent implements AsyncDisposable {
  /** Messages of all forms that the person saw. */
  readonly asked: string[] = []
  readonly client: Client
  readonly #transport: StdioClientTransport
  readonly #repository: TestRepository
  /** All that the server wrote on stderr. */
  complaints = ''

  private constructor(repository: TestRepository, client: Client, transport: StdioClientTransport) {
    this.#repository = repository
    this.client = client
    this.#transport = transport
  }

  static async connect(
    repository: TestRepository,
    { person = null, revision, env = {}, ...more }: Options = {},
  ): Promise<Agent> {
    const mode = revision === undefined ? 'legacy' : { pin: revision }
    const client = new Client(
      { name: 'scripted', version: '1.0.0' },
      { capabilities: person ? { elicitation: { form: {} } } : {}, versionNegotiation: { mode } },
    )
    const entries = Object.entries({ ...plainEnvironment(), ...env }).filter((entry): entry is [string, string] => {
      return entry[1] !== undefined
    })
    const transport = new StdioClientTransport({
      command: process.execPath,
      args: [more.program ?? program, 'mcp'],
      cwd: repository.root,
      env: Object.fromEntries(entries),
      stderr: 'pipe',
    })
    const agent = new Agent(repository, client, transport)
    transport.stderr?.on('data', (chunk: Buffer) => (agent.complaints += chunk.toString()))
    if (person) {
      client.setRequestHandler('elicitation/create', async ({ params }) => {
        agent.asked.push(repository.steady(params.message))
        const answer = person(params.message)
        return typeof answer === 'string' ? { action: answer } : { action: 'accept', content: answer }
      })
    }
    await client.connect(transport)
    return agent
  }

  get pid(): number {
    return this.#transport.pid ?? -1
  }

  /** What the tool answers, with what changes from run to run replaced. */
  async tell(
    name: string,
    args: Record<string, unknown> = {},
    options: Parameters<Client['callTool']>[1] = {},
  ): Promise<string> {
    const { content, isError } = await this.client.callTool({ name, arguments: args }, options)
    const text = content.map((part) => (part.type === 'text' ? part.text : part.type)).join('\n')
    return this.#repository.steady(isError === true ? `ERROR ${text}` : text)
  }

  /** The same as JSON, untouched. */
  async data<T>(name: string, args: Record<string, unknown> = {}): Promise<T> {
    const { content } = await this.client.callTool({ name, arguments: args })
    const [part] = content
    return JSON.parse(part?.type === 'text' ? part.text : 'null') as T
  }

  /** Plans a goal, and runs it as planned. */
  async run(goal: string): Promise<string> {
    const { plan } = await this.data<{ plan: string }>('plan', { goal })
    return await this.tell('run', { goal, plan })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.client.close()
  }
}
