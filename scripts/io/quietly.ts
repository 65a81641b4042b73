/** Parts of Node that say that they may change: nothing that a person who runs this can mend. */

/** Does it, and answers what it answered, while Node's warnings are nobody's. In one go, so that no warning of others is lost. */
export function quietly<T>(doing: () => T): T {
  const { emitWarning } = process
  process.emitWarning = () => {}
  try {
    return doing()
  } finally {
    process.emitWarning = emitWarning
  }
}
