/** `--commit`, as several commands have it. */
import type { Option } from '../core/usage.ts'

export const commitOption: Option = {
  type: 'boolean',
  help: 'commit each change on the branch mikado/<goal>; wants a clean tree',
}
