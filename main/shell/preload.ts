import { contextBridge, ipcRenderer, type IpcRendererEvent } from 'electron'
import type { Channel, EventName, Events, InputOf, LabApi, OutputOf } from '../../shared/ipc/contract.ts'
import { CLOSING_HEARD, isEvent, isRequest, wireName, type WireAnswer } from './channels.ts'

/** All that the window gets of Electron: two functions, for names of the contract alone. */
const lab: LabApi = {
  async request<C extends Channel>(channel: C, input: InputOf<C>): Promise<OutputOf<C>> {
    if (!isRequest(channel)) throw new Error(`There is no channel "${String(channel)}".`)
    const answer = (await ipcRenderer.invoke(wireName(channel), input)) as WireAnswer
    if ('error' in answer) throw new Error(answer.error)
    return answer.output as OutputOf<C>
  },
  on<E extends EventName>(event: E, listener: (payload: Events[E]) => void): () => void {
    if (!isEvent(event)) throw new Error(`There is no event "${String(event)}".`)
    // The event object of Electron carries the sender along and stays here.
    const hear = (_: IpcRendererEvent, payload: Events[E]) => listener(payload)
    ipcRenderer.on(wireName(event), hear)
    return () => void ipcRenderer.removeListener(wireName(event), hear)
  },
}

contextBridge.exposeInMainWorld('lab', lab)

ipcRenderer.on(wireName('app.closing'), () => {
  // After all listeners of this event: messages keep their order, so the draft is on its way before this.
  setTimeout(() => ipcRenderer.send(CLOSING_HEARD), 0)
})
