import { assert } from '../base/assert.ts'
import { deepClone, deepFreeze, firstDifference } from '../base/clone.ts'
import type { Ns } from '../base/time.ts'
import { nsOfMs } from '../base/time.ts'
import type { Place, PlaceId } from '../plan/types.ts'
import type {
  Fact,
  Input,
  LocalInstant,
  MessageBody,
  OpId,
  Operation,
  Outbox,
  Outcome,
  Protocol,
  RangeChange,
  RangeSetup,
  ReplicaConfig,
  SessionToken,
} from '../protocols/contract.ts'
import type { ConsistencySpec, ParamValue } from '../topology/types.ts'

/**
 * Steps state machines by hand: a test decides which message arrives, which is lost, which timer fires, and when a
 * disk is done. Every step runs twice, from the state and from a copy, and must come out alike; what is sent is frozen.
 */

export interface DriverSetup {
  params?: Readonly<Record<string, ParamValue>>
  consistency?: Partial<ConsistencySpec>
  /** Region of each replica; by default five in one region. */
  replicas?: readonly string[]
  /** Region of each client; by default one client. */
  clients?: readonly string[]
  /** How many of the replicas hold the shard; the others are spares. By default parameter `n`, else all. */
  members?: number
  /** The members themselves, where they are not the first ones in file order. */
  preference?: readonly PlaceId[]
  preloaded?: number
  /** Where ranges may split. */
  ranges?: RangeSetup
  /** The same, of each place. */
  rangesOf?: (place: PlaceId) => RangeSetup
  roundTripNs?: (from: PlaceId, to: PlaceId) => Ns
  /** By default writes reach the disk at once. */
  holdsDisk?: boolean
  /** false: steps once, for tests with much state. */
  isChecked?: boolean
  /** Offset of each place's wall clock. */
  offsetMs?: readonly number[]
  /** How wrong every clock says it may be. */
  uncertaintyMs?: number
}

export interface Sent<M> {
  readonly from: PlaceId
  readonly to: PlaceId
  readonly body: M
}

interface Instance<S> {
  state: S
  /** Records on their way to the disk. */
  writing: { writeId: number; record: unknown }[]
  durableUpTo: number
  /** Effects that wait for the disk. */
  held: { after: number; release: () => void }[]
  /** Armed timers: the interval from which a host would draw, and when it was armed. */
  timers: Map<string, { minNs: Ns; maxNs: Ns; atNs: Ns }>
  bootedNs: Ns
}

interface Request {
  f: Operation['f']
  key: number
  value?: number
  expected?: number
  count?: number
  bytes?: number
}

export class Driver<S, M extends MessageBody, P, D> {
  nowNs: Ns = 0
  /** Undelivered messages in the order of sending. */
  readonly network: Sent<M>[] = []
  readonly replies = new Map<OpId, Outcome>()
  readonly facts = new Map<string, number>()
  /** What has become of the range, place by place. */
  readonly rangeChanges: { readonly place: PlaceId; readonly change: RangeChange }[] = []
  /** One line per effect, until taken. */
  readonly log: string[] = []
  readonly places: readonly Place[]
  readonly members: readonly PlaceId[]
  readonly #protocol: Protocol<S, M, P, D>
  readonly #setup: DriverSetup
  readonly #params: P
  readonly #replicaCount: number
  readonly #instances = new Map<PlaceId, Instance<S>>()
  readonly #durable = new Map<PlaceId, D>()
  readonly #tokens = new Map<string, SessionToken>()
  readonly #sequences = new Map<number, number>()
  #nextOp = 1

  constructor(protocol: Protocol<S, M, P, D>, setup: DriverSetup = {}) {
    this.#protocol = protocol
    this.#setup = setup
    const params: Record<string, ParamValue> = {}
    for (const param of protocol.manifest.params) params[param.name] = param.default
    Object.assign(params, setup.params)
    this.#params = protocol.configure(params)
    const replicas = setup.replicas ?? ['east', 'east', 'east', 'east', 'east']
    const clients = setup.clients ?? ['east']
    this.#replicaCount = replicas.length
    this.places = [...replicas, ...clients].map((region, id) => {
      const kind = id < replicas.length ? 'replica' : 'client'
      const name = kind === 'replica' ? `r${id}` : `c${id - replicas.length}`
      return { id, name, kind, region, zone: null }
    })
    const n = setup.members ?? (typeof params['n'] === 'number' ? params['n'] : replicas.length)
    this.members = setup.preference ?? replicas.map((_, id) => id).slice(0, n)
    const last = protocol.coordinatesAtClient(this.#params) ? this.places.length : replicas.length
    for (let place = 0; place < last; place++) this.boot(place)
  }

  isUp(place: PlaceId): boolean {
    return this.#instances.has(place)
  }

  state(place: PlaceId): S {
    return this.#instance(place).state
  }

  /** Steps a place with any input. */
  inject(place: PlaceId, input: Input<M>): void {
    this.#step(place, input)
  }

  /** Boots a place with what its disk holds. */
  boot(place: PlaceId): void {
    const { consistency, preloaded, roundTripNs } = this.#setup
    const ranges = this.#setup.rangesOf?.(place) ?? this.#setup.ranges
    const config: ReplicaConfig<P> = {
      self: place,
      role: place < this.#replicaCount ? 'replica' : 'coordinator',
      shard: 0,
      members: this.members,
      spares: this.places.slice(this.members.length, this.#replicaCount).map(({ id }) => id),
      places: this.places,
      params: this.#params,
      consistency: { read: 'eventual', session: [], onPartition: 'consistency', ...consistency },
      preloaded: preloaded ?? 0,
      ...(ranges === undefined ? {} : { ranges }),
      preloadedBytes: 10,
      roundTripNs: (to) => roundTripNs?.(place, to) ?? 1_000_000,
    }
    const state = this.#protocol.boot(config, this.#durable.get(place) ?? null)
    this.#instances.set(place, {
      state,
      writing: [],
      durableUpTo: -1,
      held: [],
      timers: new Map(),
      bootedNs: this.nowNs,
    })
    this.#step(place, { type: 'start' })
  }

  /** Stops a place: what had not reached its disk, and everything on its way to it, is lost. */
  crash(place: PlaceId): void {
    this.#instances.delete(place)
    this.drop(({ to }) => to === place)
  }

  advance(ms: number): void {
    this.nowNs += nsOfMs(ms)
  }

  /** Hands an operation to a coordinator; the session's tokens are kept as a client would. */
  request(place: PlaceId, request: Request, process = 0): OpId {
    const opId = this.#nextOp++
    const op: Operation = { value: 0, expected: 0, count: 0, bytes: 10, ...request }
    const sequence = (this.#sequences.get(process) ?? 0) + 1
    this.#sequences.set(process, sequence)
    const name = `${process}/${op.key}`
    const token = this.#tokens.get(name) ?? null
    this.#waiting.set(opId, name)
    this.#step(place, { type: 'request', opId, op, session: { process, sequence, token } })
    return opId
  }

  readonly #waiting = new Map<OpId, string>()

  /** The answer to an operation; throws where there is none yet. */
  outcome(opId: OpId): Outcome {
    const outcome = this.replies.get(opId)
    assert(outcome !== undefined, () => `operation ${opId} has no answer yet`)
    return outcome
  }

  /** Delivers matching messages in order, those sent meanwhile included; returns how many. */
  deliver(matches: (sent: Sent<M>) => boolean = () => true): number {
    let delivered = 0
    for (;;) {
      const index = this.network.findIndex(matches)
      if (index < 0) return delivered
      const [{ from, to, body }] = this.network.splice(index, 1)
      if (this.#instances.has(to)) this.#step(to, { type: 'message', from, body })
      assert(++delivered < 100_000, 'messages never cease')
    }
  }

  /** Delivers the first matching message and leaves it in the network, as one that was doubled. */
  duplicate(matches: (sent: Sent<M>) => boolean): void {
    const sent = this.network.find(matches)
    assert(sent !== undefined, 'no message matches')
    this.#step(sent.to, { type: 'message', from: sent.from, body: sent.body })
  }

  drop(matches: (sent: Sent<M>) => boolean = () => true): number {
    const kept = this.network.filter((sent) => !matches(sent))
    const dropped = this.network.length - kept.length
    this.network.splice(0, Infinity, ...kept)
    return dropped
  }

  /** Fires a timer that is armed, moving time to the end of its interval where that lies ahead. */
  fire(place: PlaceId, timer: string): void {
    const instance = this.#instance(place)
    const armed = instance.timers.get(timer)
    assert(armed !== undefined, () => `timer ${timer} of ${this.places[place].name} is not armed`)
    this.nowNs = Math.max(this.nowNs, armed.atNs + armed.maxNs)
    instance.timers.delete(timer)
    this.#step(place, { type: 'timer', name: timer })
  }

  isArmed(place: PlaceId, timer: string): boolean {
    return this.#instance(place).timers.has(timer)
  }

  /** The disk of a place finishes everything that waits for it. */
  flush(place: PlaceId): void {
    const instance = this.#instance(place)
    for (const { writeId, record } of instance.writing.splice(0)) {
      this.#durable.set(place, this.#protocol.absorb(this.#durable.get(place) ?? null, record))
      instance.durableUpTo = writeId
      const held = instance.held.splice(0)
      for (const effect of held) {
        if (effect.after <= writeId) effect.release()
        else instance.held.push(effect)
      }
      this.#step(place, { type: 'persisted', writeId })
    }
  }

  /** Digests of the members, which are equal where their data are. */
  digests(): number[] {
    return this.members.map((place) => this.#protocol.probe(this.state(place)).digest)
  }

  factCount(kind: string): number {
    return this.facts.get(kind) ?? 0
  }

  #instance(place: PlaceId): Instance<S> {
    const instance = this.#instances.get(place)
    assert(instance !== undefined, () => `place ${place} is down`)
    return instance
  }

  #step(place: PlaceId, input: Input<M>): void {
    const instance = this.#instance(place)
    const wallNs = this.nowNs + nsOfMs(this.#setup.offsetMs?.[place] ?? 0)
    const at = {
      wallNs,
      monotonicNs: this.nowNs - instance.bootedNs,
      uncertaintyNs: nsOfMs(this.#setup.uncertaintyMs ?? 0),
    }
    const effects =
      this.#setup.isChecked === false
        ? this.#effects(input, instance.state, at)
        : this.#twice(input, instance.state, at)
    for (const effect of effects) this.#letOut(place, instance, effect)
    const states = new Map([...this.#instances].map(([id, { state }]) => [id, state]))
    for (const invariant of this.#protocol.invariants) {
      const sentence = invariant.check(states)
      assert(sentence === null, () => `invariant "${invariant.name}": ${sentence}`)
    }
    if (this.#setup.holdsDisk !== true && instance.writing.length > 0) this.flush(place)
  }

  #twice(input: Input<M>, state: S, at: LocalInstant): Effect<M>[] {
    // Copied together, so that what the state and the input share is shared in the copy too.
    const copy = deepClone({ state, input })
    const effects = this.#effects(input, state, at)
    const again = this.#effects(copy.input, copy.state, at)
    const difference = firstDifference(effects, again) ?? firstDifference(state, copy.state)
    assert(difference === null, () => `stepping twice differs at ${difference}`)
    return effects
  }

  #effects(input: Input<M>, state: S, at: LocalInstant): Effect<M>[] {
    const effects: Effect<M>[] = []
    const out: Outbox<M> = {
      send: (to, body, after) => effects.push({ type: 'send', to, body, after: after ?? -1 }),
      reply: (opId, outcome, after) => effects.push({ type: 'reply', opId, outcome, after: after ?? -1 }),
      persist: (writeId, record) => effects.push({ type: 'persist', writeId, record }),
      arm: (timer, minNs, maxNs) => effects.push({ type: 'arm', timer, minNs, maxNs }),
      disarm: (timer) => effects.push({ type: 'disarm', timer }),
      note: (fact) => effects.push({ type: 'note', fact }),
      range: (change) => effects.push({ type: 'range', change }),
    }
    this.#protocol.step(state, at, input, out)
    return effects
  }

  #letOut(place: PlaceId, instance: Instance<S>, effect: Effect<M>): void {
    const { name } = this.places[place]
    const release = (action: () => void, after: number) => {
      if (after > instance.durableUpTo) instance.held.push({ after, release: action })
      else action()
    }
    const suffix = 'after' in effect && effect.after >= 0 ? ` after write ${effect.after}` : ''
    switch (effect.type) {
      case 'send': {
        const { to, body } = effect
        this.log.push(`${name} → ${this.places[to].name} ${describe(body)}${suffix}`)
        release(() => this.network.push({ from: place, to, body: deepFreeze(body) }), effect.after)
        break
      }
      case 'reply': {
        const { opId, outcome } = effect
        this.log.push(`${name} answers operation ${opId}: ${describe(outcome)}${suffix}`)
        release(() => this.#answer(opId, outcome), effect.after)
        break
      }
      case 'persist':
        this.log.push(`${name} writes ${effect.writeId} ${describe(effect.record as object)}`)
        instance.writing.push({ writeId: effect.writeId, record: deepFreeze(effect.record) })
        break
      case 'range': {
        const { type, shard } = effect.change
        this.log.push(`${name} ${type === 'split' ? 'splits off' : 'has absorbed'} shard ${shard}`)
        this.rangeChanges.push({ place, change: deepFreeze(effect.change) })
        break
      }
      case 'arm': {
        const { timer, minNs, maxNs } = effect
        this.log.push(
          `${name} arms ${timer} for ${minNs / 1e6}${maxNs === minNs ? '' : `–${maxNs / 1e6}`} ms`,
        )
        instance.timers.set(timer, { minNs, maxNs, atNs: this.nowNs })
        break
      }
      case 'disarm':
        instance.timers.delete(effect.timer)
        break
      case 'note': {
        const { kind, count } = effect.fact
        this.log.push(`${name} notes ${kind}${count === undefined ? '' : ` × ${count}`}`)
        this.facts.set(kind, this.factCount(kind) + (count ?? 1))
        break
      }
    }
  }

  #answer(opId: OpId, outcome: Outcome): void {
    assert(!this.replies.has(opId), () => `operation ${opId} was answered twice`)
    this.replies.set(opId, deepFreeze(outcome))
    const name = this.#waiting.get(opId) as string
    if (this.#protocol.manifest.tokens === 'key' && outcome.token !== null)
      this.#tokens.set(name, outcome.token)
  }
}

type Effect<M> =
  | { type: 'send'; to: PlaceId; body: M; after: number }
  | { type: 'reply'; opId: OpId; outcome: Outcome; after: number }
  | { type: 'persist'; writeId: number; record: unknown }
  | { type: 'arm'; timer: string; minNs: Ns; maxNs: Ns }
  | { type: 'disarm'; timer: string }
  | { type: 'note'; fact: Fact }
  | { type: 'range'; change: RangeChange }

/** `kind` first, then what is not null, on one line. */
function describe(body: object): string {
  const { kind, ...rest } = body as { kind?: string } & Record<string, unknown>
  const text = JSON.stringify(rest, (_, value: unknown) => (value === null ? undefined : value))
    .replaceAll('"', '')
    .replaceAll(',', ', ')
    .replaceAll(':', ' ')
  return kind === undefined ? text : `${kind} ${text}`
}
