import { expect } from 'vitest'

/** How the answer to somebody who may not asks for a login: as zot does unless told another realm, or not at all. */
export const challenge = 'Basic realm="Authorization Required"'

interface Expected {
  /** The `WWW-Authenticate` header; null for none, as a client gets that says it is the UI. */
  asks?: string | null
}

/** E401a: credentials were there and wrong, or it was Docker's ping. One error, without a list around it. */
export async function expectWrongCredentials(response: Response, { asks = challenge }: Expected = {}): Promise<void> {
  expectHead(response, 401, asks)
  expect(await response.json()).toMatchObject({ code: 'UNAUTHORIZED', message: 'authentication required' })
}

/** E401z: the anonymous may not. */
export async function expectAskedToLogIn(response: Response, { asks = challenge }: Expected = {}): Promise<void> {
  expectHead(response, 401, asks)
  await expectError(response, 'UNAUTHORIZED', 'authentication required')
}

/** E403: known, and may not. */
export async function expectDenied(response: Response, { asks = challenge }: Expected = {}): Promise<void> {
  expectHead(response, 403, asks)
  await expectError(response, 'DENIED', 'requested access to the resource is denied')
}

/** An answer in the form of the distribution specification. */
export async function expectFailure(response: Response, status: number, code: string): Promise<void> {
  expect([response.status, response.headers.get('content-type')]).toEqual([status, 'application/json'])
  await expectError(response, code, expect.any(String))
}

function expectHead(response: Response, status: number, asks: string | null): void {
  const { headers } = response
  expect([response.status, headers.get('content-type'), headers.get('www-authenticate')]).toEqual([
    status,
    'application/json',
    asks,
  ])
}

async function expectError(response: Response, code: string, message: string): Promise<void> {
  const body = (await response.json()) as { errors: unknown[] }
  expect(body.errors).toEqual([expect.objectContaining({ code, message })])
}
