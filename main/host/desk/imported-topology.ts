import { msOfNs } from '../../../shared/base/time.ts'
import type { History } from '../../../shared/history/types.ts'
import { LIMITS } from '../../../shared/topology/limits.ts'
import { checkTopology } from '../../../shared/topology/parse.ts'
import type { StrategyManifest } from '../../../shared/topology/strategy.ts'
import type { Topology } from '../../../shared/topology/types.ts'

/** Stands for whatever made a history that came as a file. */
export const UNKNOWN_STRATEGY: StrategyManifest = {
  id: 'unknown',
  title: 'Unknown',
  summary: 'A history that came as a file does not say what made it.',
  roles: [],
  params: [],
  kinds: [],
  check: () => [],
  explain: () => ({ read: 'Nobody knows how.', partition: 'Nobody knows.' }),
}

/** The places that a history names, as a topology to draw; nothing more is known of it. Throws where they are too many. */
export function topologyOfHistory(history: History, name: string): Topology {
  const { places, replicaCount, endedNs, sessions } = history
  const idOf = idMaker()
  const regions = new Map(
    [...new Set(places.map(({ region }) => region))].map((region) => [region, idOf(region)]),
  )
  const regionOf = (region: string): string => regions.get(region) ?? ''
  const held = new Uint32Array(places.length)
  for (const client of sessions) held[client]++
  const replicas = places
    .slice(0, replicaCount)
    .map((place) => ({ id: idOf(place.name), region: regionOf(place.region) }))
  const clients = places.slice(replicaCount).map((place, index) => ({
    id: idOf(place.name),
    region: regionOf(place.region),
    sessions: Math.min(Math.max(1, held[replicaCount + index]), LIMITS.sessionsTotal / 2),
    loop: { closed: { thinkMs: 0 } },
  }))
  const file = {
    format: 'replica-lab/topology@1',
    name:
      [...name]
        .slice(0, LIMITS.nameChars / 2)
        .join('')
        .trim() || 'Imported history',
    regions: [...regions.values()].map((id) => ({ id })),
    replicas: replicaCount > 0 ? replicas : [{ id: idOf('unknown'), region: regionOf(places[0].region) }],
    clients,
    replication: { strategy: UNKNOWN_STRATEGY.id },
    workload: { mix: { read: 1 }, distribution: 'uniform' },
    run: { durationMs: Math.min(Math.max(1, msOfNs(endedNs)), LIMITS.durationMs) },
  }
  const checked = checkTopology(file, new Map([[UNKNOWN_STRATEGY.id, UNKNOWN_STRATEGY]]))
  if (!checked.ok) {
    throw new Error(`The places of this history make no topology: ${checked.error[0].sentence}`)
  }
  return checked.value
}

/** Ids of places by their names: each its own, made of what an id may be made of. */
function idMaker(): (name: string) => string {
  const taken = new Set(['leader', 'follower'])
  return (name) => {
    const plain = name.replace(/[^A-Za-z0-9._-]/g, '-').slice(0, LIMITS.idChars - 8)
    const base = /^[A-Za-z0-9]/.test(plain) ? plain : `x${plain}`
    let id = base
    for (let copy = 2; taken.has(id); copy++) id = `${base}-${copy}`
    taken.add(id)
    return id
  }
}
