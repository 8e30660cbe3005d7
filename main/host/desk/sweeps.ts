import path from 'node:path'
import type {
  ExportAnswer,
  InputOf,
  OutputOf,
  SweepEntry,
  SweepFormat,
  SweepPlan,
  SweepRequest,
  SweepStarted,
  SweepStatus,
} from '../../../shared/ipc/contract.ts'
import type { Sweep } from '../../../shared/report/sweep/types.ts'
import { shellWord } from '../shell-word.ts'
import { commandFileOf, segmentOf } from './file-names.ts'
import { KeptJobs, type JobDeskSetup } from './kept-jobs.ts'
import { LatestOnly } from './latest-only.ts'
import { nothingLeft } from './plan-sweep.ts'
import { parseSweepEntry, sweepOf, sweptText } from './sweep-entry.ts'

/** Sweeps that are kept, and the one that is being made. */
export class Sweeps {
  readonly #setup: JobDeskSetup
  readonly #jobs: KeptJobs<SweepEntry, SweepStatus>
  /** Every combination is checked, which takes a while where they are many and the file is large. */
  readonly #plans: LatestOnly<SweepRequest, SweepPlan>

  private constructor(setup: JobDeskSetup, jobs: KeptJobs<SweepEntry, SweepStatus>) {
    this.#setup = setup
    this.#jobs = jobs
    this.#plans = new LatestOnly((request: SweepRequest) => setup.drawing.call('sweepPlan', request), {
      refused: 'The file has changed since.',
    })
  }

  static async open(setup: JobDeskSetup): Promise<Sweeps> {
    const { dataFolder, threads, thread, emit } = setup
    const jobs = await KeptJobs.open<SweepEntry, SweepStatus>({
      root: path.join(dataFolder, 'sweeps'),
      threads,
      thread,
      noun: 'sweep',
      parse: parseSweepEntry,
      changed: () => emit('sweeps.changed', null),
      tell: (status) => emit('sweep.status', status),
    })
    return new Sweeps(setup, jobs)
  }

  get isBusy(): boolean {
    return this.#jobs.isBusy
  }

  list(): OutputOf<'sweeps.list'> {
    return this.#jobs.list()
  }

  get(id: string): Promise<Sweep> {
    return sweepOf(this.#jobs.folder(id))
  }

  async topology(id: string): Promise<{ text: string }> {
    return { text: await sweptText(this.#jobs.folder(id)) }
  }

  chart({ ids, ...query }: InputOf<'sweeps.chart'>): Promise<{ svg: string }> {
    return this.#setup.drawing.call('sweepChart', { folder: this.#jobs.folder(ids[0]), query })
  }

  rename(id: string, name: string): Promise<void> {
    return this.#jobs.rename(id, name)
  }

  remove(ids: readonly string[]): Promise<void> {
    return this.#jobs.remove(ids)
  }

  save(id: string, format: SweepFormat): Promise<ExportAnswer> {
    const folder = this.#jobs.folder(id)
    const write = (view: Exclude<SweepFormat, 'pdf'>, target: string | null) =>
      this.#setup.drawing.call('sweepExport', { folder, format: view, target })
    return this.#setup.exports.offer({
      name: `${segmentOf(this.#jobs.entry(id).name)} sweep.${format}`,
      format,
      write: async (target) => void (await write(format === 'pdf' ? 'html' : format, target)),
      html: async () => (await write('html', null)).text ?? '',
    })
  }

  plan(request: SweepRequest): Promise<SweepPlan> {
    return this.#plans.ask(request)
  }

  async start(request: SweepRequest): Promise<SweepStarted> {
    const plan = await this.#setup.drawing.call('sweepPlan', request)
    if ('refused' in plan) return plan
    if (plan.combinations === 0) return { refused: nothingLeft(plan.leftOut) }
    const { text, vary, seeds, seed, metrics } = request
    const job = { text, vary, seeds, seed, metrics, command: commandOf(request) }
    return this.#jobs.begin({ kind: 'sweep', ...job }, plan.name, { runs: plan.runs })
  }

  /** Ends the one that is being made, of which what is done is kept; settles when its threads are gone. */
  stop(): Promise<void> {
    return this.#jobs.stop()
  }
}

function commandOf({ name, vary, seeds, seed, metrics }: SweepRequest): string {
  const words = [
    ...vary.flatMap((text) => ['--vary', text]),
    ...(seeds === 1 ? [] : ['--seeds', String(seeds)]),
    ...(seed === null ? [] : ['--seed', String(seed)]),
    ...['--metric', metrics.join(',')],
  ]
  return ['replica-lab', 'sweep', commandFileOf(name), ...words].map(shellWord).join(' ')
}
