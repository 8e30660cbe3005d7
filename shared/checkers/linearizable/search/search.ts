import { assert } from '../../../base/assert.ts'
import { Configurations } from './configurations.ts'
import type { Machine } from './machine.ts'
import { Timeline } from './timeline.ts'
import type { SearchInput } from './timeline.ts'
import { ValueSupply } from './value-supply.ts'

export type SearchOutcome =
  | { readonly status: 'holds'; readonly steps: number }
  /** `prefix`: the longest legal order found; then `stuck` had to return and could not. */
  | { readonly status: 'violated'; readonly steps: number; readonly prefix: number[]; readonly stuck: number }
  | { readonly status: 'undecided'; readonly steps: number; readonly ranOutOf: 'steps' | 'memory' }

const BYTES_MAX = 1.5 * 2 ** 30

/**
 * Whether operations on one object can be put in a legal order that real time allows.
 *
 * Wing and Gong's search ("Testing and Verifying Concurrent Objects", 1993) with Lowe's two improvements ("Testing for
 * Linearizability", 2017): configurations already met are not searched again, and operations are put in order just in
 * time, when one must return. Depth first, without recursion. What keeps it small:
 *
 * - An operation that only tells is put in order as soon as it fits: it hinders nothing.
 * - Of pending operations of one type the first to return goes first; exchanging them changes nothing.
 * - An operation that never returns is used only where something tells the difference: not before a blind operation,
 *   which would wipe it out; and configurations that used more of them than another, all else equal, are dropped.
 * - A value that is still needed and cannot be made again in time is not left.
 * - What nobody can tell of is hidden before the next operation that would wipe it out anyway.
 * - Where operations commute, as those on different elements of a set, one that concerns nobody at hand waits.
 */
export class Search {
  readonly #input: SearchInput
  readonly #machine: Machine
  readonly #lookAhead: boolean
  readonly #time: Timeline
  readonly #configurations: Configurations
  readonly #doneWords: number
  readonly #openWords: number
  /** The configuration at hand. */
  #state: number
  /** The operation that led to it. */
  #by = -1
  readonly #done: Int32Array
  readonly #used: Int32Array
  /** The layer that the slots below show, and who is pending in each: -1 for nobody. */
  #layer = 0
  readonly #pending: Int32Array
  /** 1: another operation must come after it although times do not say so. */
  readonly #holdsUp: Uint8Array
  /** By open index: the one of the same type invoked before it, or -1. */
  readonly #openTwin: Int32Array
  readonly #values: ValueSupply | null
  #log: number[] | null = null

  /** `lookAhead` false: goes on where it sees that what is to come cannot come right, so that the order found is longest. */
  constructor(input: SearchInput, machine: Machine, lookAhead = true) {
    this.#input = input
    this.#machine = machine
    this.#lookAhead = lookAhead
    this.#time = new Timeline(input)
    this.#doneWords = Math.ceil(this.#time.slots / 32)
    this.#openWords = Math.ceil(this.#time.open.length / 32)
    this.#configurations = new Configurations(this.#time.mutatorWords, this.#doneWords, this.#openWords)
    this.#state = machine.initial
    this.#done = new Int32Array(this.#doneWords)
    this.#used = new Int32Array(this.#openWords)
    this.#pending = new Int32Array(this.#time.slots).fill(-1)
    this.#holdsUp = new Uint8Array(input.count)
    for (const earlier of input.before) if (earlier >= 0) this.#holdsUp[earlier] = 1
    this.#openTwin = this.#twins()
    const { needs, makes } = machine
    this.#values =
      needs === null || makes === null ? null : new ValueSupply(this.#time, needs, makes, machine.values)
  }

  #twins(): Int32Array {
    const { open } = this.#time
    const twins = new Int32Array(open.length).fill(-1)
    const last = new Map<number, number>()
    for (const [index, op] of open.entries()) {
      const type = this.#input.type[op]
      twins[index] = last.get(type) ?? -1
      last.set(type, index)
    }
    return twins
  }

  run(stepsMax: number): SearchOutcome {
    const { layers } = this.#time
    if (layers === 0) return { status: 'holds', steps: 0 }
    this.#callInto(0, 0)
    this.#settle()
    if (this.#layer === layers) return { status: 'holds', steps: 0 }
    let deepest = this.#configurations.add(this.#layer, this.#state, this.#done, this.#used, -1, -1)
    const path = [deepest]
    const next = [0]
    let steps = 0
    while (path.length > 0) {
      const from = path[path.length - 1]
      const ordinal = this.#nextChild(from, next[next.length - 1])
      if (ordinal < 0) {
        path.pop()
        next.pop()
        continue
      }
      next[next.length - 1] = ordinal + 1
      if (++steps > stepsMax) return { status: 'undecided', steps, ranOutOf: 'steps' }
      if (this.#layer === layers) return { status: 'holds', steps }
      const child = this.#configurations.add(this.#layer, this.#state, this.#done, this.#used, from, this.#by)
      if (child < 0) continue
      if (this.#layer > this.#configurations.layer(deepest)) deepest = child
      if (this.#configurations.bytesNext + (this.#machine.bytes?.() ?? 0) > BYTES_MAX)
        return { status: 'undecided', steps, ranOutOf: 'memory' }
      path.push(child)
      next.push(0)
    }
    const stuck = this.#time.returning[this.#configurations.layer(deepest)]
    return { status: 'violated', steps, prefix: this.#replay(deepest), stuck }
  }

  /**
   * Makes the next child of a configuration the one at hand and returns its ordinal, or -1 if there is none from
   * `ordinal` on. The operation that must return comes first, then pending and open ones that let it, then the others.
   */
  #nextChild(from: number, ordinal: number): number {
    const perPass = this.#time.slots + this.#time.open.length
    this.#load(from)
    const returner = this.#time.returning[this.#layer]
    const afterOpen = this.#isOpen(this.#configurations.by(from))
    const state = this.#state
    for (let at = ordinal; at <= 2 * perPass; at++) {
      const op = this.#candidate(at)
      if (op < 0 || (at > 0 && op === returner)) continue
      if (afterOpen && this.#input.blind[op] === 1 && this.#wasUseless(from)) continue
      if (!this.#mayGoNext(op) || !this.#isWanted(op, returner)) continue
      const after = this.#machine.apply(state, op)
      if (after < 0) continue
      if (at > 0 && this.#machine.apply(after, returner) >= 0 !== at <= perPass) continue
      this.#take(op, after)
      if (this.#layer === this.#time.layers || this.#isViable(from)) return at
      this.#load(from)
    }
    return -1
  }

  /** Ordinal 0 is the operation that must return; then twice all slots and open operations. -1: nothing there. */
  #candidate(ordinal: number): number {
    const { slots, open, openCalled, returning } = this.#time
    if (ordinal === 0) return returning[this.#layer]
    const place = (ordinal - 1) % (slots + open.length)
    if (place < slots) return this.#pending[place]
    return place - slots < openCalled[this.#layer] ? open[place - slots] : -1
  }

  #isOpen(op: number): boolean {
    return op >= 0 && this.#time.openIndex[op] >= 0
  }

  /** Whether nothing has told the effect of the open operation that led to `id`: no observer was put in order after it. */
  #wasUseless(id: number): boolean {
    const parent = this.#configurations.parent(id)
    if (this.#configurations.layer(parent) !== this.#configurations.layer(id)) return false
    const done = new Int32Array(this.#doneWords)
    this.#configurations.load(parent, done, new Int32Array(this.#openWords))
    for (let i = 0; i < this.#doneWords; i++) if (done[i] !== this.#done[i]) return false
    return true
  }

  #mayGoNext(op: number): boolean {
    const { type, before } = this.#input
    const { slots, returnLayer, openIndex, slot } = this.#time
    const index = openIndex[op]
    if (index >= 0) {
      if (this.#isUsed(index) || (this.#openTwin[index] >= 0 && !this.#isUsed(this.#openTwin[index])))
        return false
    } else if (this.#isDone(slot[op])) return false
    if (before[op] >= 0 && this.#isPending(before[op])) return false
    for (let other = 0; other < slots; other++) {
      const rival = this.#pending[other]
      if (rival < 0 || rival === op || type[rival] !== type[op] || this.#isDone(other)) continue
      if (returnLayer[rival] < returnLayer[op]) return false
    }
    return true
  }

  /** Whether `op` concerns the operation that must return, or another that cannot wait; else it can. */
  #isWanted(op: number, returner: number): boolean {
    const machine = this.#machine
    if (machine.concerns === undefined || machine.concerns(this.#state, op, returner)) return true
    if (op === returner || this.#holdsUp[op] === 1) return true
    const { slot } = this.#time
    for (const other of this.#pending) {
      if (other < 0 || this.#isDone(slot[other])) continue
      const cannotWait = this.#input.observer[other] === 1 || this.#holdsUp[other] === 1
      if (cannotWait && machine.concerns(this.#state, op, other)) return true
    }
    return false
  }

  /** Puts `op` in order, after which the state is `after`. */
  #take(op: number, after: number): void {
    if (this.#input.blind[op] === 1) this.#hideUnseen(op)
    this.#mark(op)
    this.#by = op
    this.#state = after
    this.#settle()
  }

  /** Puts pending operations of which nobody can tell in order, just before a blind one that wipes them out. */
  #hideUnseen(op: number): void {
    for (let slot = 0; slot < 32 * this.#time.mutatorWords; slot++) {
      const other = this.#pending[slot] ?? -1
      if (other < 0 || other === op || this.#input.unseen[other] === 0 || this.#isDone(slot)) continue
      const { before } = this.#input
      if (before[other] < 0 || !this.#isPending(before[other])) this.#mark(other)
    }
  }

  /** Whether what is pending and what is to come may still find what it needs; `from` is the parent. */
  #isViable(from: number): boolean {
    if (!this.#lookAhead) return true
    const called = this.#time.called[this.#layer]
    const machine = this.#machine
    if (machine.isViable !== undefined && !machine.isViable(this.#state, called)) return false
    if (machine.mayReach !== undefined) {
      for (const op of this.#pending) {
        if (op < 0 || this.#input.observer[op] === 0 || this.#isDone(this.#time.slot[op])) continue
        if (!machine.mayReach(this.#state, op)) return false
      }
    }
    const left = this.#configurations.state(from)
    return this.#values === null || left === this.#state || !this.#lacks(this.#values, left, called)
  }

  /** Whether somebody needs a value that was just left, and nobody can make it again in time. */
  #lacks(values: ValueSupply, value: number, called: number): boolean {
    let lacking = values.runsOut(value, called)
    for (const op of this.#pending) {
      if (lacking) break
      if (op >= 0 && values.needs[op] === value && values.lastMaker[op] < called)
        lacking = !this.#isDone(this.#time.slot[op])
    }
    if (!lacking) return false
    for (const op of this.#pending)
      if (op >= 0 && values.makes[op] === value && !this.#isDone(this.#time.slot[op])) return false
    for (let index = 0; index < this.#time.openCalled[this.#layer]; index++)
      if (values.makes[this.#time.open[index]] === value && !this.#isUsed(index)) return false
    return true
  }

  #isDone(slot: number): boolean {
    return ((this.#done[slot >>> 5] >>> (slot & 31)) & 1) === 1
  }

  #isUsed(index: number): boolean {
    return ((this.#used[index >>> 5] >>> (index & 31)) & 1) === 1
  }

  /** Whether `op`, which returns, still waits for its place in the order. */
  #isPending(op: number): boolean {
    const slot = this.#time.slot[op]
    return slot >= 0 && this.#pending[slot] === op && !this.#isDone(slot)
  }

  #mark(op: number): void {
    const index = this.#time.openIndex[op]
    const slot = this.#time.slot[op]
    if (index >= 0) this.#used[index >>> 5] |= 1 << (index & 31)
    else this.#done[slot >>> 5] |= 1 << (slot & 31)
    this.#log?.push(op)
  }

  /** Puts observers that fit in order and passes the returns that nothing holds up any more. */
  #settle(): void {
    const { slot, returning, layers, called, hasTies } = this.#time
    for (let again = true; again;) {
      again = false
      for (const op of this.#pending) if (op >= 0 && this.#tell(op) && hasTies) again = true
    }
    while (this.#layer < layers) {
      const at = slot[returning[this.#layer]]
      if (!this.#isDone(at)) return
      const before = called[this.#layer]
      this.#done[at >>> 5] &= ~(1 << (at & 31))
      this.#moveTo(this.#layer + 1)
      if (this.#layer === layers) return
      for (let op = before; op < called[this.#layer]; op++) if (slot[op] >= 0) this.#tell(op)
    }
  }

  /** Puts a pending observer in order if it fits. */
  #tell(op: number): boolean {
    const { observer, before } = this.#input
    if (observer[op] === 0 || this.#isDone(this.#time.slot[op])) return false
    if (before[op] >= 0 && this.#isPending(before[op])) return false
    if (this.#machine.apply(this.#state, op) < 0) return false
    this.#mark(op)
    return true
  }

  #load(id: number): void {
    this.#configurations.load(id, this.#done, this.#used)
    this.#state = this.#configurations.state(id)
    this.#moveTo(this.#configurations.layer(id))
  }

  /** Shows who is pending during another layer. */
  #moveTo(layer: number): void {
    const { returning, slot, called, layers } = this.#time
    while (this.#layer < layer) {
      const returner = returning[this.#layer]
      this.#pending[slot[returner]] = -1
      this.#layer++
      if (this.#layer < layers) this.#callInto(called[this.#layer - 1], this.#layer)
    }
    while (this.#layer > layer) {
      if (this.#layer < layers)
        for (let op = called[this.#layer - 1]; op < called[this.#layer]; op++)
          if (slot[op] >= 0) this.#pending[slot[op]] = -1
      this.#layer--
      const returner = returning[this.#layer]
      this.#pending[slot[returner]] = returner
    }
  }

  #callInto(from: number, layer: number): void {
    const { slot, called } = this.#time
    for (let op = from; op < called[layer]; op++) if (slot[op] >= 0) this.#pending[slot[op]] = op
  }

  /** The order that led to a configuration, observers included. */
  #replay(id: number): number[] {
    const steps: number[] = []
    for (let at = id; this.#configurations.parent(at) >= 0; at = this.#configurations.parent(at))
      steps.push(this.#configurations.by(at))
    const log: number[] = []
    this.#log = log
    this.#moveTo(0)
    this.#done.fill(0)
    this.#used.fill(0)
    this.#state = this.#machine.initial
    this.#settle()
    for (const op of steps.reverse()) {
      const after = this.#machine.apply(this.#state, op)
      assert(after >= 0, 'a replayed order is legal')
      this.#take(op, after)
    }
    this.#log = null
    return log
  }
}
