/** A thread that lays out one picture. */
import { parentPort, workerData } from 'node:worker_threads'
import type { Drawing } from '../core/drawing.ts'
import { layoutOf } from '../view/layout.ts'

parentPort?.postMessage(await layoutOf(workerData as Drawing))
