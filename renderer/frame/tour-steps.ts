export interface TourStep {
  readonly title: string
  readonly sentence: string
  /** Value of the `data-tour` attribute of what is pointed at; where it is not on the screen, the step stands in the middle. */
  readonly at: string
}

export const TOUR_STEPS: readonly TourStep[] = [
  {
    title: 'Begin with an example',
    sentence:
      'It opens a shipped topology, runs it in virtual time and shows its charts a few seconds later. The cards below it model real systems.',
    at: 'example',
  },
  {
    title: 'From left to right',
    sentence:
      'Design a topology, plan its faults, run it, read the results, compare runs. You can go back at any time: nothing is lost.',
    at: 'tabs',
  },
  {
    title: 'Two runtimes',
    sentence:
      'Simulated runs take seconds and repeat exactly by their seed. Live runs put every replica into a thread of this machine, in real time.',
    at: 'runtime',
  },
  {
    title: 'Run from anywhere',
    sentence:
      'Ctrl-Enter runs what is open, saved or not. Finished runs are kept in the library, under Results.',
    at: 'run',
  },
  {
    title: 'Everything has a name',
    sentence: 'Ctrl-K finds every command by a few letters; the question mark lists all shortcuts.',
    at: 'menu',
  },
]
