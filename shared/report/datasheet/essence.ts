import { canonicalJson } from '../../base/canonical-json.ts'
import { murmur3x128, utf8Bytes } from '../../base/hash.ts'
import type { Topology } from '../../topology/types.ts'

/** What the battery leaves out or replaces, and what only a canvas shows. */
const IRRELEVANT = ['name', 'notes', 'faults', 'changes', 'expect', 'seed', 'timeScale', 'at', 'size']

/** Equal for two versions of a topology whose datasheets are equal but for name and seed: 32 hexadecimal digits. */
export function essenceOf(topology: Topology): string {
  const { regions, replicas, clients, run, ...rest } = topology
  const relevant = {
    ...without(rest),
    run: without(run),
    regions: regions.map(without),
    replicas: replicas.map(without),
    clients: clients.map(without),
  }
  const words = murmur3x128(utf8Bytes(canonicalJson(relevant)))
  return words.map((word) => word.toString(16).padStart(8, '0')).join('')
}

function without(part: object): object {
  return Object.fromEntries(Object.entries(part).filter(([name]) => !IRRELEVANT.includes(name)))
}
