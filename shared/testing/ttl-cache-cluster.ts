import type { OpId } from '../protocols/contract.ts'
import { protocol } from '../protocols/ttl-cache/index.ts'
import { Driver } from './driver.ts'
import type { DriverSetup } from './driver.ts'

/** An origin, r0, and caches stepped by hand, with the moves that tests make most. */

const PARAMS = {
  ttlMs: 1_000,
  negativeTtlMs: 300,
  serveStaleMs: 5_000,
  staleAfterMs: 200,
  upstreamTimeoutMs: 400,
}

export function cachesOf(replicas: number, setup: DriverSetup = {}) {
  return new Driver(protocol, {
    replicas: Array.from({ length: replicas }, () => 'east'),
    ...setup,
    params: { ...PARAMS, ...setup.params },
  })
}

export type Caches = ReturnType<typeof cachesOf>

export const read = (driver: Caches, place: number, key = 1, process = 0): OpId =>
  driver.request(place, { f: 'read', key }, process)

export const write = (driver: Caches, place: number, value: number, key = 1, process = 0) => {
  const opId = driver.request(place, { f: 'write', key, value }, process)
  driver.deliver()
  return opId
}

/** What a read returns once everything sent has arrived. */
export function valueAt(driver: Caches, place: number, key = 1): number {
  const opId = read(driver, place, key)
  driver.deliver()
  return driver.outcome(opId).value
}
