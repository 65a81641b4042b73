/** Something about the sandbox that a person has to know: where, why, and what to do next. */
export class SandboxError extends Error {
  override name = 'SandboxError'
  readonly place: string
  readonly reason: string
  readonly next: string

  constructor(place: string, reason: string, next: string) {
    super(`${place}: ${reason}\nNext: ${next}`)
    this.place = place
    this.reason = reason
    this.next = next
  }
}

const DISK_TROUBLE = ['EACCES', 'EDQUOT', 'EIO', 'EMFILE', 'ENOSPC', 'ENOTDIR', 'EPERM', 'EROFS']

/** Runs the work on the folder; what the system says about disk and permissions becomes a SandboxError. */
export async function explainDiskTrouble<T>(dir: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof Error) || error instanceof SandboxError) throw error
    const code = 'code' in error ? String(error.code) : ''
    if (!DISK_TROUBLE.includes(code) && code !== 'ERR_SQLITE_ERROR') throw error
    throw new SandboxError(
      dir,
      error.message,
      'see that the disk has room and this user may write there, then try again',
    )
  }
}
