/** What the program says with its exit code; 64, 65 and 70 are those of BSD's sysexits.h. */
export const EXIT = {
  /** Done: every expectation met. */
  ok: 0,
  /** An expectation was missed, a guarantee violated. */
  missed: 1,
  /** Nothing was missed, but something could not be decided. */
  undecided: 2,
  usage: 64,
  badInput: 65,
  internal: 70,
  /** Stopped by SIGINT or SIGTERM, after writing what there was (128 + the signal's number, as shells report it). */
  interrupted: 130,
  terminated: 143,
} as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]
