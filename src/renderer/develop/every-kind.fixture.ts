/** An engine that does not exist, with every kind of control and of map: the window must be able to draw whatever comes. */
import type { EngineChoice } from '../../shared/contract/develop.ts'

export const everyKind: EngineChoice = {
  descriptor: {
    id: 'every-kind', title: 'Every kind', sentence: 'Has one control of each kind.',
    paper: { title: 'None', year: 2026, reference: 'None' },
    controls: [
      { kind: 'number', id: 'fidelity', label: 'Fidelity', help: '1 keeps to the photo, 0 is crisper.', invalidates: 'render', min: 0, max: 1, step: 0.05, default: 0.7, unit: '' },
      { kind: 'number', id: 'stop', label: 'Stop early', help: 'Stop when less than this is left to gain.', invalidates: 'render', min: 0, max: 0.3, step: 0.01, default: 0.05, unit: 'dB' },
      { kind: 'choice', id: 'expert', label: 'Treat as', help: 'Kind of blur.', invalidates: 'tile', default: 'auto',
        options: [{ value: 'auto', label: 'Automatic' }, { value: 'focus', label: 'Out of focus' }, { value: 'shake', label: 'Camera shake' }] },
      { kind: 'toggle', id: 'whole', label: 'One decision for the photo', help: 'Else each tile decides.', invalidates: 'survey', default: true },
      { kind: 'text', id: 'note', label: 'What is in the photo', help: 'Only what is certain.', invalidates: 'survey', maxLength: 200, default: '' },
      { kind: 'point', id: 'point', label: 'Speed and gain', help: 'Points of the front.', invalidates: 'survey', default: 'middle' },
    ],
    overlays: [{ id: 'exit', label: 'Exit depth' }, { id: 'expert', label: 'Expert' }, { id: 'motion', label: 'Motion', kind: 'lines', words: ['path'] }],
    generative: true,
  },
  packs: [{ id: 'every-mini', title: 'Mini', version: '1.0.0' }, { id: 'every-large', title: 'Large', version: '2.0.0' }],
  seconds: 4.2, gain: 1.3,
  points: { point: [
    { value: 'fast', label: 'Fast', milliseconds: 40, gainDb: 0.8 },
    { value: 'middle', label: 'Middle', milliseconds: 90, gainDb: 1.3 },
    { value: 'best', label: 'Best', milliseconds: 260, gainDb: 1.6 },
  ] },
}
