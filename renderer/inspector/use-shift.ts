import { onScopeDispose, shallowRef } from 'vue'
import { isStill } from '../model/motion.ts'

/** Long enough to follow a share from one owner to the next with the eye. */
const SHIFT_MS = 1_200

/** How much of a change is shown, from 0 (before) to 1 (after): `play` goes there, at once where nothing is to move. */
export function useShift() {
  const shift = shallowRef(0)
  let frame = 0

  function stop(): void {
    cancelAnimationFrame(frame)
  }

  function play(): void {
    stop()
    if (isStill()) {
      shift.value = 1
      return
    }
    const beganMs = performance.now()
    const step = (nowMs: number): void => {
      const part = Math.min(1, Math.max(0, (nowMs - beganMs) / SHIFT_MS))
      // Slow at both ends.
      shift.value = part * part * (3 - 2 * part)
      if (part < 1) frame = requestAnimationFrame(step)
    }
    shift.value = 0
    frame = requestAnimationFrame(step)
  }

  function reset(): void {
    stop()
    shift.value = 0
  }

  onScopeDispose(stop)
  return { shift, play, reset }
}
