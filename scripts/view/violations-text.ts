/** What is against the rules of a branch, for people. */
import { short, type Violation } from '../core/branch.ts'
import { marks, type Paint, plain } from './style.ts'

/** Each commit once, with every rule that it breaks and the way out. */
export function violationsText(violations: readonly Violation[], paint: Paint): string {
  return [...Map.groupBy(violations, ({ sha }) => sha)]
    .flatMap(([sha, broken]) => [
      `  ${paint.red(marks.failed)} ${paint.bold(short(sha))} ${plain(broken[0]?.subject ?? '')}\n`,
      ...broken.map(
        ({ rule, message, help }) => `      ${plain(message)} (${rule})\n      ${paint.dim(plain(help))}\n`,
      ),
    ])
    .join('')
}
