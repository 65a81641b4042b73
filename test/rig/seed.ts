/** The same examples each time: a test that fails on one machine fails on all. `MIKADO_TEST_SEED=N` asks for others. */
import { configureGlobal } from 'fast-check'

configureGlobal({ seed: Number(process.env.MIKADO_TEST_SEED ?? 20261124) })
