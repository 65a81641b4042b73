/** A real Keycloak and a real zot for trying the chain by hand: `node test/keycloak/main.ts`, until Ctrl-C. */
import { missing } from './install.ts'
import { openLab } from './lab.ts'

async function main(): Promise<number> {
  const lacks = await missing()
  if (lacks.length > 0) {
    console.error(`This machine lacks:\n- ${lacks.join('\n- ')}`)
    return 69
  }
  // From here on, so that Ctrl-C during the start ends what was started.
  const stopped = new Promise<void>((stop) => {
    process.once('SIGINT', stop)
    process.once('SIGTERM', stop)
  })
  console.error('Starting Keycloak and two zots: a minute the first time, half of that later …')
  const lab = await openLab()
  try {
    const { keycloak, settings } = lab
    console.error(`\nKeycloak's administration: ${keycloak.url}, ${keycloak.admin.user} / ${keycloak.admin.password}`)
    console.error(`Logs and state, gone at the end: ${lab.dir}`)
    console.error(
      '\nIn another terminal, for `npm run harden-zot` (it marks the cards of the repository that it runs in):\n',
    )
    for (const [name, value] of Object.entries(settings)) console.log(`export ${name}='${value}'`)
    console.error('\nCtrl-C ends it all.')
    await stopped
    return 0
  } finally {
    await lab.close()
  }
}

process.exitCode = await main()
