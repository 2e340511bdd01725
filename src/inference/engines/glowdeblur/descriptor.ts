import { captionControl, type Descriptor } from '../../../shared/descriptor.ts'

export const descriptor: Descriptor = {
  id: 'glowdeblur',
  title: 'GLOWDeblur',
  sentence: 'Makes up what a strong blur destroyed, guided by how things moved and by a sentence that says what the photo shows.',
  paper: {
    title: 'Toward Generalizable Deblurring: Leveraging Massive Blur Priors with Linear Attention for Real-World Scenarios',
    year: 2026,
    reference: 'Gao, Cao, Li, Pu, Liu, Zhang: Toward Generalizable Deblurring: Leveraging Massive Blur Priors with Linear Attention for Real-World Scenarios. '
      + '2026. arXiv:2601.06525',
  },
  controls: [
    {
      kind: 'text', id: captionControl, label: 'What the photo shows', invalidates: 'render', maxLength: 1000, default: '',
      help: 'A sentence that names only what is certain: it decides what is made up where blur has left nothing.',
    },
    {
      kind: 'number', id: 'captionWeight', label: 'Weight of the sentence', invalidates: 'render', min: 0, max: 2, step: 0.1, default: 1, unit: '',
      help: 'At 0 the sentence is not read; above 1 it counts more than the network would let it, and the work takes up to twice as long.',
    },
    {
      kind: 'toggle', id: 'motion', label: 'Follow the motion', invalidates: 'render', default: true,
      help: 'The network is told along which path each place was smeared, as far as that can be seen.',
    },
    {
      kind: 'number', id: 'motionWeight', label: 'Weight of the motion', invalidates: 'render', min: 0, max: 2, step: 0.1, default: 1, unit: '',
      help: 'Above 1 paths are taken to be longer than they look, below 1 shorter.',
    },
    {
      kind: 'choice', id: 'steps', label: 'Steps', invalidates: 'render', default: '1',
      help: 'More steps take longer; they look crisper, and more of the result is made up.',
      options: [{ value: '1', label: 'One' }, { value: '2', label: 'Two' }, { value: '4', label: 'Four' }],
    },
  ],
  overlays: [{ id: 'motion', label: 'Motion', kind: 'lines', words: ['path while the shutter was open'] }],
  generative: true,
}
