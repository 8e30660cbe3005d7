import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import type { UserConfig } from 'vite'

/** The window: one page, loaded by the desktop shell from app:// and by a browser from the loopback server. */
const config: UserConfig = {
  root: fileURLToPath(new URL('../renderer', import.meta.url)),
  base: '/',
  publicDir: 'public',
  logLevel: 'warn',
  plugins: [vue()],
  define: { __VUE_OPTIONS_API__: 'false', __VUE_PROD_DEVTOOLS__: 'false' },
  build: {
    target: 'es2023',
    // Browsers that know `light-dark()`, so that it stays one value and is not unfolded into two.
    cssTarget: ['chrome130', 'firefox130', 'safari18'],
    outDir: '../out/renderer',
    emptyOutDir: true,
    minify: 'oxc',
    sourcemap: false,
    // The CSP allows no data: scripts or styles, and an inlined asset would be one request less for nothing.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      // A busy machine makes any build slow; whoever starts the lab need not read which plug-in was.
      checks: { pluginTimings: false },
      output: {
        // The libraries apart, by their names: they change seldom, and only views with a canvas need its own.
        codeSplitting: {
          groups: [
            { name: 'vue', test: /node_modules\/(@vue\/|vue\/|pinia)/ },
            { name: 'canvas', test: /node_modules\/(@vue-flow|d3-)/ },
          ],
        },
      },
    },
  },
}

export default config
