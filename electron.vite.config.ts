import react from '@vitejs/plugin-react'
import { defineConfig } from 'electron-vite'
import { resolve } from 'node:path'
import type { Plugin } from 'vite'

const root = import.meta.dirname

/** While developing, Vite puts scripts and styles into the page and sends changes over a socket: the built window's policy would keep them out. */
const developmentPolicy: Plugin = {
  name: 'restill:development-policy', apply: 'serve',
  transformIndexHtml: (html) => html.replace(/script-src 'self'|style-src 'self'/g, (rule) => `${rule} 'unsafe-inline'`).replace('connect-src \'self\'', 'connect-src \'self\' ws:'),
}

export default defineConfig({
  main: {
    build: {
      // File by file, in the folders of the sources: what finds a file beside itself (guest, packs, ExifTool's settings) finds it here too.
      outDir: 'out', emptyOutDir: false,
      rolldownOptions: {
        input: { 'main/desktop/main': resolve(root, 'src/main/desktop/main.ts'), 'inference/guest/main': resolve(root, 'src/inference/guest/main.ts') },
        output: { preserveModules: true, preserveModulesRoot: resolve(root, 'src'), entryFileNames: '[name].js' },
      },
    },
  },
  preload: {
    // One CommonJS file: a sandboxed preload script can load nothing else.
    build: { outDir: 'out/preload', rolldownOptions: { input: { index: resolve(root, 'src/preload/index.ts') }, output: { format: 'cjs', entryFileNames: '[name].cjs' } } },
  },
  renderer: {
    root: resolve(root, 'src/renderer'),
    plugins: [react(), developmentPolicy],
    build: { outDir: resolve(root, 'out/renderer'), minify: true, rolldownOptions: { input: { index: resolve(root, 'src/renderer/index.html') } } },
  },
})
