import { assert } from '../base/assert.ts'
import type { StrategyIndex } from '../topology/strategy.ts'
import type { AnyProtocol } from './contract.ts'
import { PROTOCOLS } from './registry.generated.ts'

/** Protocols by the id that topology files call them by, in the order of these ids. */
export type Registry = ReadonlyMap<string, AnyProtocol>

/** Throws where two protocols share an id, or a message kind is not named after its protocol. */
export function createRegistry(protocols: readonly AnyProtocol[]): Registry {
  const registry = new Map<string, AnyProtocol>()
  const idOf = (protocol: AnyProtocol) => protocol.manifest.id
  for (const protocol of [...protocols].sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1))) {
    const id = idOf(protocol)
    assert(!registry.has(id), () => `two protocols have the id "${id}"`)
    for (const { kind } of protocol.manifest.kinds) {
      assert(
        kind.startsWith(`${id}.`),
        () => `message kind "${kind}" of protocol "${id}" must begin with "${id}."`,
      )
    }
    registry.set(id, protocol)
  }
  return registry
}

/** What the topology layer needs of a registry. */
export function strategiesOf(registry: Registry): StrategyIndex {
  return new Map([...registry].map(([id, { manifest }]) => [id, manifest]))
}

/** The protocols that ship with the lab: every folder here with an index.ts, but those that begin with "_". */
export const registry: Registry = createRegistry(PROTOCOLS)

export const strategies: StrategyIndex = strategiesOf(registry)

/** The protocol of a strategy that the parser has let through; throws where there is none. */
export function protocolOf(id: string): AnyProtocol {
  const protocol = registry.get(id)
  assert(protocol !== undefined, () => `there is no protocol "${id}"`)
  return protocol
}
