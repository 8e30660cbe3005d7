/**
 * Work of which only the latest asked for matters: one goes on at a time, one waits, and whoever waited gives way to
 * whoever comes after.
 */
export class LatestOnly<Input, Output> {
  readonly #work: (input: Input) => Promise<Output>
  readonly #givenUp: Output
  #waiting: { input: Input; answer(output: Output | Promise<Output>): void } | null = null
  #isBusy = false

  /** `givenUp` is answered to those that gave way. */
  constructor(work: (input: Input) => Promise<Output>, givenUp: Output) {
    this.#work = work
    this.#givenUp = givenUp
  }

  ask(input: Input): Promise<Output> {
    this.#waiting?.answer(this.#givenUp)
    return new Promise((answer) => {
      this.#waiting = { input, answer }
      if (!this.#isBusy) this.#next()
    })
  }

  #next(): void {
    const waiting = this.#waiting
    this.#waiting = null
    this.#isBusy = waiting !== null
    if (waiting === null) return
    const output = this.#work(waiting.input)
    waiting.answer(output)
    const goOn = () => this.#next()
    output.then(goOn, goOn)
  }
}
