import type { Terminal } from './command.ts'

const BAR_CELLS = 30
const REDRAW_MS = 100
const TELLING_SHARE = 0.01

/** A progress bar on stderr, for a person who watches: at most ten redraws a second, cleared when done. */
export class ProgressBar {
  readonly #terminal: Terminal
  readonly #label: string
  /** Where the run was when it was first heard of: what came before says nothing of its pace. */
  #first: { share: number; ms: number } | null = null
  #drawnMs = -Infinity
  #isDrawn = false

  constructor(terminal: Terminal, label: string) {
    this.#terminal = terminal
    this.#label = label
  }

  update(share: number): void {
    const nowMs = performance.now()
    this.#first ??= { share, ms: nowMs }
    if (nowMs - this.#drawnMs < REDRAW_MS) return
    this.#drawnMs = nowMs
    this.#isDrawn = true
    const { share: from, ms } = this.#first
    this.#terminal.err(`\r\x1b[K${barText(this.#label, share, leftMs(share - from, nowMs - ms, 1 - share))}`)
  }

  clear(): void {
    if (this.#isDrawn) this.#terminal.err('\r\x1b[K')
    this.#isDrawn = false
  }
}

/** Supposes that the rest goes as fast as what is done; null where too little is to tell. */
export function leftMs(doneShare: number, elapsedMs: number, restShare: number): number | null {
  return doneShare < TELLING_SHARE ? null : (elapsedMs / doneShare) * Math.max(0, restShare)
}

/** `simulating ████████░░░░  64 %  12 s left`. */
export function barText(label: string, share: number, leftMs: number | null): string {
  const bounded = Math.min(1, Math.max(0, share))
  const full = Math.floor(bounded * BAR_CELLS)
  const percent = `${Math.floor(bounded * 100)}`.padStart(3)
  const left = leftMs === null ? '' : `  ${durationText(leftMs)} left`
  return `${label} ${'█'.repeat(full)}${'░'.repeat(BAR_CELLS - full)} ${percent} %${left}`
}

function durationText(ms: number): string {
  const seconds = Math.ceil(ms / 1000)
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
