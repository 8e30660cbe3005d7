import fs from 'node:fs'
import { workerData } from 'node:worker_threads'
import type { AnyProtocol } from '../../shared/protocols/contract.ts'
import { protocolOf } from '../../shared/protocols/registry.ts'
import { roleProtocol } from '../../shared/testing/role-protocol.ts'
import { EngineThread } from '../threads/engine.ts'
import type { EngineThreadData } from '../threads/engine.ts'
import type { DiskFs } from '../threads/real-disk.ts'

/** What a test may plant in a live run: JSON in the notes of its topology. */
export interface Planted {
  /** Every request keeps its replica's thread at work for so long. */
  burnMs?: number
  /** The disk is full once so many bytes were written to a file. */
  diskBytes?: number
}

/** The engine's entry as tests need it: with a protocol that has roles, a full disk, a slow processor. */
const data = workerData as EngineThreadData
const planted = data.topology.notes === '' ? {} : (JSON.parse(data.topology.notes) as Planted)

function protocol(id: string): AnyProtocol {
  const found = id === roleProtocol.manifest.id ? roleProtocol : protocolOf(id)
  const { burnMs } = planted
  if (burnMs === undefined) return found
  return {
    ...found,
    step(state, at, input, out) {
      const untilMs = performance.now() + burnMs
      while (input.type === 'request' && performance.now() < untilMs);
      found.step(state, at, input, out)
    },
  }
}

let written = 0
const fullDisk: DiskFs = {
  ...fs,
  writeSync(fd, bytes) {
    written += bytes.length
    if (written > (planted.diskBytes ?? Infinity)) {
      throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
    }
    return fs.writeSync(fd, bytes)
  },
}

new EngineThread(data, { protocolOf: protocol, fs: fullDisk }).run()
