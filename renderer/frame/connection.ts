import { computed, onScopeDispose, shallowRef } from 'vue'
import { api } from '../api/index.ts'

/** After so many attempts in vain it is likely that the lab was started anew, under another address. */
const ATTEMPTS_TELLING = 4
const TICK_MS = 250

/** Whether the lab can be reached, and when that is tried next. */
export function useConnection() {
  const retryAtMs = shallowRef<number | null>(null)
  const nowMs = shallowRef(0)
  const attempts = shallowRef(0)
  let ticker: ReturnType<typeof setInterval> | undefined

  function tick(): void {
    nowMs.value = performance.now()
  }

  function back(): void {
    clearInterval(ticker)
    ticker = undefined
    retryAtMs.value = null
    attempts.value = 0
  }

  const endings = [
    api.onDisconnect((retryInMs) => {
      tick()
      retryAtMs.value = nowMs.value + retryInMs
      attempts.value++
      ticker ??= setInterval(tick, TICK_MS)
    }),
    api.onReconnect(back),
  ]
  onScopeDispose(() => {
    back()
    for (const end of endings) end()
  })

  return {
    isLost: computed(() => retryAtMs.value !== null),
    /** Whole seconds until the next attempt; 0 while one is under way. */
    retryInS: computed(() =>
      retryAtMs.value === null ? 0 : Math.max(0, Math.ceil((retryAtMs.value - nowMs.value) / 1000)),
    ),
    isLong: computed(() => attempts.value >= ATTEMPTS_TELLING),
    tryNow: () => api.reconnect(),
  }
}
