/** A real Keycloak and a real zot for trying the chain by hand: `node test/keycloak/main.ts`, until Ctrl-C. */
import { missing } from './install.ts'
import { openLab } from './lab.ts'

async function main(): Promise<number> {
  const lacks = await missing()
  if (lacks.length > 0) {
    console.error(`This machine lacks:\n- ${lacks.join('\n- ')}`)
    return 69
  }
  const stopped = untilStopped()
  console.error('Starting Keycloak and two zots: up to three minutes the first time, less than one later …')
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

/** From now on Ctrl-C no longer ends this program at once: also what it is just starting is to be ended. */
function untilStopped(): Promise<void> {
  return new Promise((stop) => {
    // Without it the program would end with Keycloak, should that be killed for a trial, and leave the rest running.
    const waiting = setInterval(() => {}, 60_000)
    for (const signal of ['SIGINT', 'SIGTERM']) {
      process.once(signal, () => {
        clearInterval(waiting)
        stop()
      })
    }
  })
}

process.exitCode = await main()
