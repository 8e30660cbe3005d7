import { watch } from 'vue'
import { countOf } from '../../shared/report/numbers.ts'
import { api, sentenceOf } from '../api/index.ts'
import { useDocument } from '../stores/document.ts'
import { useLibrary } from '../stores/library.ts'
import { usePreferences } from '../stores/preferences.ts'
import { useRuns } from '../stores/runs.ts'
import { useUi } from '../stores/ui.ts'
import { showPanel } from './bottom-panels.ts'
import { formatMs } from '../model/units.ts'

/** The notice that says why the last run was not started: the next attempt makes it stale. */
let refusal: number | null = null

/** Starting and stopping from anywhere, and what happens at the end of a run. */
export function useRunning() {
  const doc = useDocument()
  const runs = useRuns()
  const ui = useUi()
  const library = useLibrary()
  const preferences = usePreferences()

  /** Runs what is open, saved or not. */
  async function start(): Promise<void> {
    if (!doc.isOpen || runs.isRunning) return
    doc.endGesture()
    if (refusal !== null) ui.dismiss(refusal)
    try {
      const answer = await runs.start({
        text: doc.text,
        runtime: ui.runtime,
        // A seed that the file states comes before the preferred one.
        seed: ui.seed ?? (doc.file?.run?.seed === undefined ? preferences.values.defaultSeed : null),
        durationMs: ui.durationMs,
        realDisk: ui.realDisk && ui.runtime === 'live',
      })
      if ('refused' in answer) refusal = ui.notify(answer.refused, 'error')
      else if ('problems' in answer) {
        const count = countOf(answer.problems.length, 'problem')
        refusal = ui.notify(
          `Not started: the file has ${count}. Mend what the list below names, then start again.`,
          'error',
        )
        showPanel('problems')
      } else ui.go('run')
    } catch (error) {
      ui.notify(sentenceOf(error), 'error')
    }
  }

  async function stop(): Promise<void> {
    await runs.stop().catch((error: unknown) => ui.notify(sentenceOf(error), 'error'))
  }

  /** Goes on to the results of a run that ends while somebody watches it. Once, from the frame. */
  function begin(): void {
    watch(
      () => [runs.current?.status.runId, runs.current?.status.state] as const,
      async ([runId, state], [idBefore, stateBefore]) => {
        const status = runs.current?.status
        const isEnd = runId === idBefore && (stateBefore === 'starting' || stateBefore === 'running')
        if (status === undefined || !isEnd || state === 'starting' || state === 'running') return
        if (status.failure !== null) ui.notify(status.failure, 'error')
        const { entryId } = status
        if (entryId === null) return
        try {
          await library.refresh()
        } catch (error) {
          ui.notify(sentenceOf(error), 'error')
          return
        }
        if (ui.tab === 'run' && !ui.isHome) {
          library.selectedId = entryId
          ui.go('results')
        } else {
          const how = state === 'stopped' ? 'was stopped' : 'is done'
          ui.notify(`The run of “${status.name}” ${how}; its results are in the library.`)
        }
      },
    )
    // Why a run was not started is told of the text as it was then.
    watch(
      () => doc.text,
      () => {
        if (refusal !== null) ui.dismiss(refusal)
        refusal = null
      },
    )
    // What the window knew last goes with it; the lab keeps the draft.
    api.on('app.closing', () => void doc.putDraft())
  }

  return { start, stop, begin }
}

/** "42 %, 3.1 s left", "paused", "waiting"; empty where nothing runs. */
export function progressWords(status: {
  state: string
  share: number
  isPaused: boolean
  leftMs: number | null
}): string {
  if (status.state === 'starting') return 'Starting'
  if (status.state !== 'running') return ''
  const done = `${Math.floor(status.share * 100)} %`
  if (status.isPaused) return `${done}, paused`
  if (status.leftMs === null) return done
  const left =
    status.leftMs < 10_000 ? Math.round(status.leftMs / 100) * 100 : Math.round(status.leftMs / 1000) * 1000
  return `${done}, ${formatMs(left)} left`
}
