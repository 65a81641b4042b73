import { readFileSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { createServer as createTcpServer, type Socket, type Server as TcpServer } from 'node:net'
import { hasTls } from '../config/checks.ts'
import type { Config } from '../config/shape.ts'

/** A port that is listened on. */
export interface Port {
  address: string
  /** Stops listening and ends every connection. */
  close: () => void
}

/** As long a head of a request as zot takes. */
const options = { maxHeaderSize: 1024 * 1024, requestTimeout: 0, headersTimeout: 60_000, keepAliveTimeout: 60_000 }
const firstByteOfTls = 0x16
const patienceForIt = 60_000

/**
 * Listens where the config says, over TLS when it has both certificate and key: with one of them alone zot is silently
 * without. Fails when the port is taken or a file cannot be read.
 */
export async function listen(config: Config, answer: RequestListener): Promise<Port> {
  const tls = hasTls(config) ? { cert: read(config.http?.tls?.cert), key: read(config.http?.tls?.key) } : undefined
  const web = tls ? createTlsServer({ ...options, ...tls }, answer) : createServer(options, answer)
  const door = tls ? createTcpServer((socket) => sort(socket, web)) : web
  const sockets = new Set<Socket>()
  door.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve, reject) => {
    door.once('error', reject)
    door.listen(Number(config.http?.port ?? 0), config.http?.address || '127.0.0.1', () => resolve())
  })
  const close = () => {
    door.close()
    for (const socket of sockets) socket.destroy()
  }
  return { address: addressOf(door), close }
}

/** Hands TLS to the server, and tells one who speaks plain http so. */
function sort(socket: Socket, web: Server): void {
  socket.once('error', () => socket.destroy())
  socket.setTimeout(patienceForIt, () => socket.destroy())
  socket.once('data', (first: Buffer) => {
    socket.setTimeout(0)
    if (first[0] !== firstByteOfTls) {
      socket.end('HTTP/1.0 400 Bad Request\r\n\r\nThis port speaks https, and was asked in plain http.\n')
      return
    }
    socket.pause()
    socket.unshift(first)
    web.emit('connection', socket)
  })
}

function read(path = ''): Buffer {
  return readFileSync(path)
}

function addressOf(server: TcpServer): string {
  const address = server.address()
  return typeof address === 'string' ? address : `${address?.address}:${address?.port}`
}
