/** `--engine`, as several commands have it. */
import type { Option } from '../core/usage.ts'

export const engineOption: Option = {
  type: 'string',
  value: 'URL',
  help: 'where the engine is: redis://user@host:6379/0, or rediss:// with TLS; a password may stand in MIKADO_ENGINE_PASSWORD',
}
