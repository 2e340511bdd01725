import type { Descriptor } from '../../../shared/descriptor.ts'

export const descriptor: Descriptor = {
  id: 'adarevd',
  title: 'AdaRevD',
  sentence: 'Works on every part of a photo for as long as there is something to gain there, and leaves sharp parts alone.',
  paper: {
    title: 'AdaRevD: Adaptive Patch Exiting Reversible Decoder Pushes the Limit of Image Deblurring',
    year: 2024,
    reference: 'Mao, Li, Wang: AdaRevD: Adaptive Patch Exiting Reversible Decoder Pushes the Limit of Image Deblurring. CVPR 2024. arXiv:2406.09135',
  },
  controls: [
    {
      kind: 'number', id: 'tau', label: 'Stop early', invalidates: 'render', min: 0, max: 0.3, step: 0.01, default: 0.05, unit: 'dB',
      help: 'Stop early when less than so many dB are left to gain: higher is faster, 0 is the most careful.',
    },
    {
      kind: 'choice', id: 'depth', label: 'Steps', invalidates: 'render', default: 'auto',
      help: 'How many steps every part gets. Automatic decides by how blurred a part is; a number is the same for all parts.',
      options: [{ value: 'auto', label: 'Automatic' }, ...['1', '2', '3', '4'].map(value => ({ value, label: value }))],
    },
  ],
  overlays: [
    { id: 'exit', label: 'Steps taken', kind: 'levels', words: ['none', '1', '2', '3', '4'] },
    { id: 'class', label: 'Blur recognised', kind: 'levels', words: ['strongest', 'strong', 'medium', 'mild', 'slight', 'none'] },
  ],
  generative: false,
}
