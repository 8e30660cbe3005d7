import type { LatenessSummary, LiveFigures } from '../types.ts'

const summary = (p50: number, p99: number, count: number): LatenessSummary => ({
  p50,
  p90: (p50 + p99) / 2,
  p99,
  p999: 2 * p99,
  max: 3 * p99,
  count,
})

/** How a live run of three replicas kept time on a machine that was a little too busy for it. */
export function sampleLive(overrides: Partial<LiveFigures> = {}): LiveFigures {
  return {
    latenessMs: summary(0.02, 1.13, 11_782),
    timerErrorMs: summary(0.03, 0.549, 2_140),
    links: [
      { from: 'c1', to: 'r3', latenessMs: { p50: 0.018, p99: 2.29, count: 278 } },
      { from: 'r1', to: 'r2', latenessMs: { p50: 0.017, p99: 1.06, count: 77_077 } },
    ],
    stalls: { count: 2, maxMs: 8.58, thread: 'r2' },
    busy: [
      { thread: 'r2', share: 0.046 },
      { thread: 'c1', share: 0.029 },
    ],
    cpu: { own: 0.203, machine: 0.97 },
    saturated: true,
    faithful: false,
    reason:
      '99 % of messages were at most 1.13 ms late; 0.3 ms would be faithful: the 2 cores were 97 % busy.',
    timeScale: 1,
    timeScaleNeeded: 5,
    threads: 5,
    cores: 2,
    startMs: 290,
    messages: { sent: 11_800, duplicated: 0, delivered: 11_782, dropped: 15, inFlight: 3, lost: 0 },
    fsyncMs: summary(0.15, 0.33, 2_586),
    ...overrides,
  }
}
