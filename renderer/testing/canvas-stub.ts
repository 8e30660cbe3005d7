import { defineComponent } from 'vue'

/** Stands for the canvas: what it is given, and what it would tell. */
export const CanvasStub = defineComponent({
  name: 'TopologyCanvas',
  props: ['file', 'decorations', 'tool', 'selection', 'label', 'regionRoundTripMs', 'worldMap'],
  emits: ['select', 'menu', 'partition'],
  methods: { focus: () => undefined, fit: () => undefined },
  template: '<div class="canvas"></div>',
})
