import { assert } from '../base/assert.ts'
import { deepClone, deepFreeze, firstDifference } from '../base/clone.ts'
import { strangerIn } from '../base/plain.ts'
import type {
  AnyProtocol,
  Fact,
  Input,
  Invariant,
  MessageBody,
  Outbox,
  Outcome,
  RangeChange,
  ReplicaConfig,
} from '../protocols/contract.ts'
import { Host } from './host.ts'
import type { LocalClock, World } from './world.ts'

type Effect =
  | { type: 'send'; to: number; body: MessageBody; after: number | undefined }
  | { type: 'reply'; opId: number; outcome: Outcome; after: number | undefined }
  | { type: 'persist'; writeId: number; record: unknown }
  | { type: 'arm'; timer: string; minNs: number; maxNs: number }
  | { type: 'disarm'; timer: string }
  | { type: 'note'; fact: Fact }
  | { type: 'range'; change: RangeChange }

/** Effects of one step at most; more is a loop. */
const EFFECTS_MAX = 100_000

/** Writes a step's effects down instead of letting them out. */
export class EffectRecorder implements Outbox<MessageBody> {
  readonly effects: Effect[] = []

  #add(effect: Effect): void {
    assert(this.effects.length < EFFECTS_MAX, `one step had ${EFFECTS_MAX} effects`)
    this.effects.push(effect)
  }

  send(to: number, body: MessageBody, after?: number): void {
    this.#add({ type: 'send', to, body, after })
  }

  reply(opId: number, outcome: Outcome, after?: number): void {
    this.#add({ type: 'reply', opId, outcome, after })
  }

  persist(writeId: number, record: unknown): void {
    this.#add({ type: 'persist', writeId, record })
  }

  arm(timer: string, minNs: number, maxNs: number): void {
    this.#add({ type: 'arm', timer, minNs, maxNs })
  }

  disarm(timer: string): void {
    this.#add({ type: 'disarm', timer })
  }

  note(fact: Fact): void {
    this.#add({ type: 'note', fact })
  }

  range(change: RangeChange): void {
    this.#add({ type: 'range', change })
  }
}

/** The double's state is compared with the replica's at each so many steps: a look at all of it costs more than a step. */
const COMPARED_EVERY = 16

/**
 * A host that trusts nobody: every event is stepped twice, by the replica and by a double that began as its copy, and
 * what they do must agree at every step, what they are at every sixteenth; whatever leaves is frozen, so that a later
 * change by either side throws; invariants are evaluated after every step; what a restart is given must be data that
 * could come from a disk. (dslabs' `Search.java` and TigerBeetle's simulator do the like.)
 */
export class CheckedHost extends Host {
  readonly #checkedProtocol: AnyProtocol
  readonly #afterStep: () => void
  readonly #double: unknown
  #steps = 0

  constructor(
    protocol: AnyProtocol,
    config: ReplicaConfig<unknown>,
    durable: unknown,
    world: World,
    replyBytes: number,
    afterStep: () => void,
  ) {
    const stranger = strangerIn(durable)
    assert(
      stranger === null,
      () =>
        `what is durable must be plain data, which ${stranger} is not (place ${config.self}, shard ${config.shard})`,
    )
    super(protocol, config, durable, world, replyBytes)
    this.#checkedProtocol = protocol
    this.#afterStep = afterStep
    this.#double = deepClone(this.state)
  }

  protected override run(state: unknown, clock: LocalClock, input: Input<MessageBody>): void {
    const instant = Object.freeze({ ...clock })
    const first = new EffectRecorder()
    const second = new EffectRecorder()
    const event = inputCopy(input)
    this.#checkedProtocol.step(state, instant, event, first)
    this.#checkedProtocol.step(this.#double, instant, inputCopy(input), second)
    const where = `place ${this.config.self}, shard ${this.config.shard}, ${describe(event)}`
    const effects = firstDifference(first.effects, second.effects)
    assert(effects === null, () => `stepping twice gave different effects at ${effects} (${where})`)
    if (this.#steps++ % COMPARED_EVERY === 0) {
      const states = firstDifference(state, this.#double)
      assert(
        states === null,
        () => `stepping twice gave different states at ${states} (${where}, or one of the few steps before)`,
      )
    }
    for (const effect of first.effects) this.#letOut(effect)
    this.#afterStep()
  }

  #letOut(effect: Effect): void {
    switch (effect.type) {
      case 'send':
        super.send(effect.to, deepFreeze(effect.body), effect.after)
        break
      case 'reply':
        super.reply(effect.opId, deepFreeze(effect.outcome), effect.after)
        break
      case 'persist':
        super.persist(effect.writeId, deepFreeze(effect.record))
        break
      case 'arm':
        super.arm(effect.timer, effect.minNs, effect.maxNs)
        break
      case 'disarm':
        super.disarm(effect.timer)
        break
      case 'note':
        super.note(effect.fact)
        break
      case 'range':
        super.range(deepFreeze(effect.change))
        break
    }
  }
}

/** The host reuses its input object; a protocol that kept it would see it change. A copy per step shows that it didn't. */
function inputCopy(input: Input<MessageBody>): Input<MessageBody> {
  return Object.freeze({ ...input })
}

function describe(input: Input<MessageBody>): string {
  switch (input.type) {
    case 'message':
      return `message ${input.body.kind} from place ${input.from}`
    case 'request':
      return `request ${input.op.f} of key ${input.op.key}`
    case 'timer':
      return `timer ${input.name}`
    case 'persisted':
      return `write ${input.writeId} durable`
    case 'members':
      return `members ${input.members.join()} wanted`
    case 'range':
      return `${input.command.type} wanted`
    case 'start':
      return 'start'
  }
}

/** Evaluates a protocol's invariants over the live states of one shard; throws with the sentence of the first broken one. */
export function checkInvariants(
  invariants: readonly Invariant<unknown>[],
  states: ReadonlyMap<number, unknown>,
): void {
  for (const invariant of invariants) {
    const sentence = invariant.check(states)
    assert(sentence === null, () => `invariant "${invariant.name}" is broken: ${sentence}`)
  }
}
