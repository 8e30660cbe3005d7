import { onScopeDispose, shallowRef, watch, type ShallowRef } from 'vue'
import type { ChartQuery } from '../../shared/ipc/contract.ts'
import { api, sentenceOf } from '../api/index.ts'
import { imageUrl } from './save.ts'

/** What draws: charts of runs, of datasheets, or of sweeps. */
export type ChartChannel = 'library.chart' | 'datasheets.chart' | 'sweeps.chart'

/**
 * The picture of a chart, drawn by the lab and drawn anew when anything it was asked for changes. While one is under
 * way only the latest wish waits: a turn of the wheel is worth a picture, each of its notches is not.
 */
export function useDrawing(
  channel: ChartChannel,
  query: () => ChartQuery | null,
): {
  readonly url: ShallowRef<string | null>
  /** Why there is no picture. */
  readonly failure: ShallowRef<string | null>
} {
  const url = shallowRef<string | null>(null)
  const failure = shallowRef<string | null>(null)
  let wanted: ChartQuery | null = null
  let isAsking = false

  async function ask(): Promise<void> {
    isAsking = true
    while (wanted !== null) {
      const asked = wanted
      wanted = null
      try {
        url.value = imageUrl((await api.request(channel, asked)).svg)
        failure.value = null
      } catch (error) {
        failure.value = sentenceOf(error)
      }
    }
    isAsking = false
  }

  watch(
    query,
    (next) => {
      wanted = next
      if (!isAsking) void ask()
    },
    { immediate: true },
  )
  onScopeDispose(() => (wanted = null))
  return { url, failure }
}
