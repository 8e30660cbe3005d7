import type { Mechanism } from '../../topology/strategy.ts'
import type { Topology } from '../../topology/types.ts'
import { seenWords } from '../positions.ts'
import { configure, readRules } from './config.ts'
import type { Params, ReadRules } from './config.ts'

/** By what means a topology's consistency is kept, in a sentence each. */
export function explain({ replication, consistency }: Topology): Mechanism {
  const params = configure(replication.params)
  const reading = readRules(params, consistency)
  return { read: readSentence(params, reading), partition: partitionSentence(params, reading) }
}

function readSentence(params: Params, reading: ReadRules): string {
  if (reading.atOrigin)
    return 'The origin answers every read, past the caches; it has one order of all writes.'
  if (reading.maxAgeNs < Infinity) {
    const boundNs = Math.min(reading.maxAgeNs, params.ttlNs)
    return `A cache answers from a copy that is less than ${msText(boundNs)} old, counted from when it asked for it; else it asks the origin.`
  }
  const seen = seenWords(reading)
  const bound = `no staler than ${msText(Math.max(params.ttlNs, params.negativeTtlNs))} while the origin can be reached`
  if (seen !== '')
    return `A cache answers from a copy that the origin vouched for after all that the session has ${seen}, and within its time to live; else it asks the origin.`
  return reading.revalidateNs > 0
    ? `A cache answers from its copy within its time to live and for ${msText(reading.revalidateNs)} more while it renews it.`
    : `A cache answers from its copy within its time to live, ${bound}.`
}

function partitionSentence(
  { serveStaleNs, staleAfterNs }: Params,
  { servesStale, atOrigin }: ReadRules,
): string {
  const writes = 'writes need the origin'
  if (atOrigin) return `Whoever cannot reach the origin reads and writes nothing.`
  if (!servesStale)
    return `A cache that cannot reach the origin answers until its copies have run out, and nothing after that; ${writes}.`
  return (
    `A cache that cannot reach the origin answers from expired copies for ${msText(serveStaleNs)} more, after ` +
    `${msText(staleAfterNs)} of patience; ${writes}.`
  )
}

function msText(ns: number): string {
  return `${ns / 1e6} ms`
}
