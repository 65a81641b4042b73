/** SHA-256 in hexadecimal digits. Node's `crypto` is loaded when the first digest is asked for: that takes as long as listing a hundred documents. */
export function sha256(content: string | Uint8Array): string {
  return process.getBuiltinModule('node:crypto').hash('sha256', content)
}
