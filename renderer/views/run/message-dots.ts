import { computed, onScopeDispose, shallowRef, watch } from 'vue'
import type { MessageOnItsWay } from '../../../shared/report/statistics.ts'
import { api } from '../../api/index.ts'
import type { MessageDot, MessageDots } from '../../canvas/types.ts'
import { isStill } from '../../model/motion.ts'
import { useRuns, type RunStream } from '../../stores/runs.ts'

/** The lab stops sending messages when nobody has asked for them for five seconds. */
const ASK_EVERY_MS = 2_000
/**
 * The picture runs so much behind the run, in real time: a sample tells of what was sent up to a tenth of a second ago,
 * and takes a moment to come.
 */
const BEHIND_MS = 250
/** Dots kept for those that are still on their way. */
const DOTS_MAX = 400

/** What was heard of a run: its time at that instant of real time, and how fast it passed until then. */
export interface Heard {
  readonly runMs: number
  readonly realMs: number
  /** Run time per real time. */
  readonly speed: number
}

/** The next of what was heard; an instant that tells nothing new of the speed leaves it as it is. */
export function heardNext(before: Heard | null, runMs: number, realMs: number): Heard {
  if (before === null || realMs <= before.realMs) return { runMs, realMs, speed: 1 }
  return { runMs, realMs, speed: Math.max(0, runMs - before.runMs) / (realMs - before.realMs) }
}

/** The run's time that the picture shows: a little behind, and never ahead of what is known. */
export function shownMs({ runMs, realMs, speed }: Heard, nowMs: number): number {
  return Math.min(runMs, runMs + (nowMs - realMs - BEHIND_MS) * speed)
}

/** Dots of the messages, those that arrived before `fromMs` left out. What goes to a newcomer is data that it takes over. */
export function nextDots(
  dots: readonly MessageDot[],
  messages: readonly MessageOnItsWay[],
  fromMs: number,
  newcomers: ReadonlySet<string> = new Set(),
): MessageDot[] {
  return [
    ...dots.filter(({ arrivesMs }) => arrivesMs >= fromMs),
    ...messages.map(({ from, to, sentAtMs, deliverAtMs, lost }): MessageDot => ({
      from,
      to,
      sentMs: sentAtMs,
      arrivesMs: deliverAtMs,
      tone: newcomers.has(to) ? 'moved' : 'neutral',
      isLost: lost === true,
    })),
  ].slice(-DOTS_MAX)
}

/** Messages of the current run on their way, for the canvas; null where there are none, or nothing is to move. */
export function useMessageDots() {
  const runs = useRuns()
  const dots = shallowRef<MessageDots | null>(null)
  const isWanted = computed(() => runs.isRunning && runs.currentId !== null)
  let heard: Heard | null = null
  let seen: unknown = null
  let list: readonly MessageDot[] = []
  let ticker: ReturnType<typeof setInterval> | undefined

  function ask(): void {
    const runId = runs.currentId
    if (runId === null || document.hidden || isStill()) return
    // A run may be over by now.
    void api.request('runs.watch', { runId }).catch(() => undefined)
  }

  function end(): void {
    clearInterval(ticker)
    ticker = undefined
    heard = null
    list = []
    dots.value = null
  }

  function hear(stream: RunStream | null): void {
    const latest = stream?.statistics.at(-1)
    if (latest === undefined || latest === seen) return
    seen = latest
    const now = (heard = heardNext(heard, latest.nowMs, performance.now()))
    const joining = latest.replicas.filter(({ membership }) => membership?.state === 'joining')
    const newcomers = new Set(joining.map(({ id }) => id))
    list = nextDots(list, latest.messages ?? [], shownMs(now, now.realMs), newcomers)
    dots.value = list.length === 0 ? null : { list, nowMs: () => shownMs(now, performance.now()) }
  }

  watch(
    [isWanted, () => runs.currentId],
    ([wanted]) => {
      end()
      if (!wanted) return
      ask()
      ticker = setInterval(ask, ASK_EVERY_MS)
    },
    { immediate: true },
  )
  watch(() => runs.current, hear)
  onScopeDispose(end)
  return dots
}
