import { assert } from '../base/assert.ts'
import type { Ns } from '../base/time.ts'
import type { PlaceId } from '../plan/types.ts'
import type {
  AnyProtocol,
  Fact,
  Input,
  MessageBody,
  OpId,
  Operation,
  Outbox,
  Outcome,
  Probe,
  RangeChange,
  RangeCommand,
  RangeView,
  ReplicaConfig,
  SessionRef,
  WriteId,
} from '../protocols/contract.ts'
import { clientOf, HEADER_BYTES } from './world.ts'
import type { ClientReply, ClientRequest, LocalClock, World } from './world.ts'

/** Effects that may wait for one disk at most; more means a protocol that never lets them go. */
const HELD_MAX = 1_000_000

/** Every kind of input in one shape, so that the engine's hottest call sees a single one. */
interface InputFields {
  type: 'start' | 'message' | 'request' | 'timer' | 'persisted' | 'members' | 'range'
  from: PlaceId
  body: MessageBody | null
  opId: OpId
  op: Operation | null
  session: SessionRef | null
  name: string
  writeId: WriteId
  members: readonly PlaceId[]
  spares: readonly PlaceId[]
  command: RangeCommand | null
}

/**
 * The input of the step under way. One object serves all hosts: steps never overlap (but see `Host.range`), and what a
 * hundred shards on a machine each kept for themselves would crowd out of the cache what they are about.
 */
const INPUT: InputFields = {
  type: 'start',
  from: -1,
  body: null,
  opId: 0,
  op: null,
  session: null,
  name: '',
  writeId: 0,
  members: [],
  spares: [],
  command: null,
}

type Held =
  { after: WriteId; to: PlaceId; body: MessageBody } | { after: WriteId; opId: OpId; outcome: Outcome }

/**
 * The one interpreter of effects: runs a single shard replica (or a client's coordinator) against a World. Both
 * runtimes use it, so "send only once durable" and the order of effects mean the same everywhere.
 */
export class Host implements Outbox<MessageBody> {
  // Hottest first: an engine lays fields out in this order.
  readonly #protocol: AnyProtocol
  readonly #world: World
  #state: unknown
  #durableUpTo: WriteId = -1
  /** In order of their writes; released as those become durable. null until there are any. */
  #held: Held[] | null = null
  readonly config: ReplicaConfig<unknown>
  /** Bytes of the value each open request carries or asks for are not tracked: replies to reads say them. */
  #replyBytes: number

  constructor(
    protocol: AnyProtocol,
    config: ReplicaConfig<unknown>,
    durable: unknown,
    world: World,
    replyBytes: number,
  ) {
    this.#protocol = protocol
    this.config = config
    this.#world = world
    this.#replyBytes = replyBytes
    this.#state = protocol.boot(config, durable)
  }

  get state(): unknown {
    return this.#state
  }

  probe(): Probe {
    return this.#protocol.probe(this.#state)
  }

  start(): void {
    INPUT.type = 'start'
    this.#step()
  }

  /** A message from the network: the protocol's own, or a client's request. */
  receive(from: PlaceId, body: MessageBody): void {
    if (body.kind === 'client.request') {
      const request = body as ClientRequest
      this.request(request.opId, request.op, request.session)
      return
    }
    const input = INPUT
    input.type = 'message'
    input.from = from
    input.body = body
    this.#step()
  }

  request(opId: OpId, op: Operation, session: SessionRef): void {
    const input = INPUT
    input.type = 'request'
    input.opId = opId
    input.op = op
    input.session = session
    this.#step()
  }

  timer(name: string): void {
    const input = INPUT
    input.type = 'timer'
    input.name = name
    this.#step()
  }

  /** An operator asks that these be the members of the shard, and these its spares. */
  members(places: readonly PlaceId[], spares: readonly PlaceId[]): void {
    const input = INPUT
    input.type = 'members'
    input.members = places
    input.spares = spares
    this.#step()
  }

  /** An operator asks that something be done about the range. */
  command(command: RangeCommand): void {
    const input = INPUT
    input.type = 'range'
    input.command = command
    this.#step()
  }

  /** What operators ask about the range; null of strategies whose ranges never split. */
  get ranges(): RangeView<unknown> | null {
    return this.#protocol.ranges ?? null
  }

  /** The world reports that a write, and so every earlier one, would survive a crash. */
  durable(writeId: WriteId): void {
    assert(
      writeId > this.#durableUpTo,
      () => `write ${writeId} became durable after write ${this.#durableUpTo}`,
    )
    this.#durableUpTo = writeId
    if (this.#held !== null) this.#release(this.#held)
    const input = INPUT
    input.type = 'persisted'
    input.writeId = writeId
    this.#step()
  }

  #step(): void {
    this.run(this.#state, this.#world.readClock(), INPUT as unknown as Input<MessageBody>)
  }

  /** Runs one step and lets its effects out. The checked host does more here. */
  protected run(state: unknown, clock: LocalClock, input: Input<MessageBody>): void {
    this.#protocol.step(state, clock, input, this)
  }

  #release(held: Held[]): void {
    let kept = 0
    for (let at = 0; at < held.length; at++) {
      const effect = held[at]
      if (effect.after > this.#durableUpTo) held[kept++] = effect
      else if ('outcome' in effect) this.#answer(effect.opId, effect.outcome)
      else this.#world.send(effect.to, effect.body, this.#protocol.bytesOf(effect.body))
    }
    held.length = kept
  }

  #hold(effect: Held): void {
    const held = (this.#held ??= [])
    assert(held.length < HELD_MAX, () => `${HELD_MAX} effects wait for the disk of place ${this.config.self}`)
    held.push(effect)
  }

  #answer(opId: OpId, outcome: Outcome): void {
    const client = clientOf(opId)
    if (client === this.config.self) {
      this.#world.answer(opId, outcome)
      return
    }
    const reply: ClientReply = { kind: 'client.reply', opId, outcome }
    const values = outcome.siblings !== null ? outcome.siblings.length : outcome.value > 0 ? 1 : 0
    this.#world.send(client, reply, HEADER_BYTES + values * this.#replyBytes)
  }

  // The outbox: what a step calls.

  send(to: PlaceId, body: MessageBody, after?: WriteId): void {
    if (after !== undefined && after > this.#durableUpTo) this.#hold({ after, to, body })
    else this.#world.send(to, body, this.#protocol.bytesOf(body))
  }

  reply(opId: OpId, outcome: Outcome, after?: WriteId): void {
    if (after !== undefined && after > this.#durableUpTo) this.#hold({ after, opId, outcome })
    else this.#answer(opId, outcome)
  }

  persist(writeId: WriteId, record: unknown): void {
    this.#world.write(writeId, record)
  }

  arm(timer: string, minNs: Ns, maxNs: Ns): void {
    assert(minNs >= 0 && maxNs >= minNs, () => `timer ${timer}: [${minNs}, ${maxNs}] ns is no range`)
    this.#world.arm(timer, minNs, maxNs)
  }

  disarm(timer: string): void {
    this.#world.disarm(timer)
  }

  note(fact: Fact): void {
    this.#world.note(fact)
  }

  range(change: RangeChange): void {
    // The new range may begin here and now, and take its first steps within this one.
    const input = { ...INPUT }
    this.#world.range(change)
    Object.assign(INPUT, input)
  }
}
