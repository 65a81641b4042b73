/** A provider or registry turned the login away. `status` is that of the page that said so. */
export class LoginRefused extends Error {
  override name = 'LoginRefused'
  readonly status: number
  /** `password`: the name or the password is wrong. `denied`: this user may not log in here. `other`: anything else, a stage for people among it. */
  readonly why: 'password' | 'denied' | 'other'

  constructor(message: string, status: number, why: LoginRefused['why'] = 'other') {
    super(message)
    this.status = status
    this.why = why
  }
}
