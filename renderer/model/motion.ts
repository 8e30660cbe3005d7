/** Whether nothing is to move: as the preferences say, or else the system. */
export function isStill(): boolean {
  const { motion } = document.documentElement.dataset
  return motion === 'reduced' || (motion !== 'full' && matchMedia('(prefers-reduced-motion: reduce)').matches)
}
