import { exit } from '../core/exit.ts'
import { Itself, ownVersion } from '../io/itself.ts'
import type { Command } from './command.ts'

export const command: Command = {
  operands: {},
  takes: [0, 0],
  about:
    'Serves this repository to a coding agent by the Model Context Protocol, on stdin and stdout, until stdin is closed. The tools are the commands: list, show, ready, why, brief, lint, log, plan, run, verify, close, discover. docs/reference/agents.md says how to set it up.',
  examples: {
    'mikado mcp': 'serve the repository of this folder; an agent starts it so',
    'mikado mcp -C ~/infrastructure': 'serve another one',
  },
  options: {},
  exits: {
    documents: '',
  },
  see: ['brief', 'docs/reference/agents.md'],
  run: async (session) => {
    const { repository, system, target, stop } = session
    if (system.stdin.isTTY)
      session.remark(
        'Waiting for an MCP client on stdin; docs/reference/agents.md says how to set one up. Ctrl-C ends it.\n',
      )
    // Nothing else loads the protocol's library.
    const { serve } = await import('../mcp/server.ts')
    const itself = new Itself(system.program, repository.root, system.env)
    await serve({ version: ownVersion(), root: repository.root, target, system, itself, stop })
    return exit.ok
  },
}
