import react from '@vitejs/plugin-react'
import { defineConfig } from 'electron-vite'
import { resolve } from 'node:path'

const root = import.meta.dirname

export default defineConfig({
  main: { build: { outDir: 'out/main', rolldownOptions: { input: { main: resolve(root, 'src/main/desktop/main.ts') } } } },
  preload: {
    // One CommonJS file: a sandboxed preload script can load nothing else.
    build: { outDir: 'out/preload', rolldownOptions: { input: { index: resolve(root, 'src/preload/index.ts') }, output: { format: 'cjs', entryFileNames: '[name].cjs' } } },
  },
  renderer: {
    root: resolve(root, 'src/renderer'),
    plugins: [react()],
    build: { outDir: resolve(root, 'out/renderer'), minify: true, rolldownOptions: { input: { index: resolve(root, 'src/renderer/index.html') } } },
  },
})
