// Who may import whom (ARCHITECTURE.md, "Rooms"). Each rule says where the thing belongs instead.
const only = (name, from, allowed, comment) => ({
  name, severity: 'error', comment,
  from: { path: from, pathNot: '\\.(test|fixture)\\.tsx?$' },
  to: { path: '^(src|bench|e2e|test|docs)/', pathNot: allowed },
})

export default {
  forbidden: [
    { name: 'no-circles', severity: 'error', comment: 'Two modules that need each other hide a third one: move it out.', from: {}, to: { circular: true } },
    { name: 'no-orphans', severity: 'error', comment: 'Nobody imports this file: delete it or wire it.', from: { orphan: true, pathNot: '(\\.(test|fixture)\\.tsx?|\\.d\\.ts|/main\\.tsx?|preload/index\\.ts)$' }, to: {} },
    only('shared-stands-alone', '^src/shared/', '^src/shared/', 'shared holds words that every process may use: it imports nothing of ours.'),
    only('inference-knows-shared', '^src/inference/', '^src/(shared|inference)/', 'inference knows no catalog, no door and no window.'),
    only('studio-knows-the-client', '^src/main/studio/', '^src/(shared|main/studio|inference/client)/', 'The studio talks to the guest through src/inference/client alone.'),
    only('rpc-serves-the-contract', '^src/main/rpc/', '^src/(shared|main/studio|main/rpc)/', 'Handlers of the contract know the studio, never a door.'),
    only('cli-is-a-door', '^src/main/cli/', '^src/(shared|main/studio|main/cli|main/serve)/', 'A door makes a Studio and hands it on; `restill serve` opens another one.'),
    only('serve-is-a-door', '^src/main/serve/', '^src/(shared|main/studio|main/rpc|main/serve)/', 'A door makes a Studio and hands it on.'),
    only('desktop-is-a-door', '^src/main/desktop/', '^src/(shared|main/studio|main/rpc|main/desktop)/', 'A door makes a Studio and hands it on.'),
    only('preload-is-a-bridge', '^src/preload/', '^src/(shared|preload)/', 'The bridge is derived from the contract in shared.'),
    only('renderer-knows-the-contract', '^src/renderer/', '^src/(shared|renderer)/', 'The window knows the contract and the descriptors.'),
    { name: 'engines-stay-apart', severity: 'error', comment: 'What two engines need moves down to runtime or image.',
      from: { path: '^src/inference/engines/([^/]+)/', pathNot: '\\.test\\.ts$' }, to: { path: '^src/inference/engines/[^/]+/', pathNot: '^src/inference/engines/$1/' } },
    { name: 'shared-has-no-platform', severity: 'error', comment: 'No Node in shared: the renderer uses it too.', from: { path: '^src/(shared|renderer)/', pathNot: '\\.test\\.tsx?$' }, to: { dependencyTypes: ['core'] } },
    { name: 'onnx-stays-in-the-guest', severity: 'error', comment: 'ONNX Runtime and sharp run in the guest, where they may die.', from: { path: '^src/(main|preload|renderer|shared)/', pathNot: '\\.test\\.tsx?$' }, to: { path: 'node_modules/(onnxruntime-node|sharp)/' } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'types'], extensions: ['.ts', '.tsx', '.js', '.mjs'] },
  },
}
